"""
Pages that show a registration: one HTML file each, which needs no network and prints well.

Floor 7, beside grading. Pictures are drawn by Pillow and the curve is SVG, so that a page takes no second of
matplotlib; Jinja2, which comes with JupyterLab anyway, escapes every text by itself.
"""
