"""Answers to U01.crop."""

import numpy as np

from answers import right, wrong


def _overlap(shape, r0, c0, h, w):
    return max(r0, 0), min(r0 + h, shape[0]), max(c0, 0), min(c0 + w, shape[1])


@right("a loop over the pixels of the frame")
def loop(I, r0, c0, h, w, cval=0):
    out = np.full((h, w), cval, dtype=I.dtype)
    for a in range(h):
        for b in range(w):
            if 0 <= r0 + a < I.shape[0] and 0 <= c0 + b < I.shape[1]:
                out[a, b] = I[r0 + a, c0 + b]
    return out


@right("index arrays and a mask")
def index_arrays(I, r0, c0, h, w, cval=0):
    r, c = np.indices((h, w))
    r, c = r + r0, c + c0
    inside = (r >= 0) & (r < I.shape[0]) & (c >= 0) & (c < I.shape[1])
    out = np.empty((h, w), I.dtype)
    out[~inside] = cval
    out[inside] = I[r[inside], c[inside]]
    return out


@right("pads on all sides with np.pad, then slices and copies")
def pads(I, r0, c0, h, w, cval=0):
    R, C = I.shape
    top, left = max(-r0, 0), max(-c0, 0)
    padded = np.pad(I, ((top, max(r0 + h - R, 0)), (left, max(c0 + w - C, 0))), constant_values=cval)
    return padded[r0 + top : r0 + top + h, c0 + left : c0 + left + w].copy()


@right("np.take with clipped indices, np.where outside")
def take(I, r0, c0, h, w, cval=0):
    r, c = np.arange(r0, r0 + h), np.arange(c0, c0 + w)
    picked = I[np.clip(r, 0, I.shape[0] - 1)][:, np.clip(c, 0, I.shape[1] - 1)]
    inside = np.logical_and.outer((r >= 0) & (r < I.shape[0]), (c >= 0) & (c < I.shape[1]))
    return np.where(inside, picked, np.array(cval, I.dtype))


@right("np.ix_ of the rows and columns that there are")
def by_ix(I, r0, c0, h, w, cval=0):
    rows = [a for a in range(h) if 0 <= r0 + a < len(I)]
    columns = [b for b in range(w) if 0 <= c0 + b < I.shape[1]]
    out = np.ones((h, w), I.dtype)
    out.fill(cval)
    if rows and columns:
        out[np.ix_(rows, columns)] = I[np.ix_([r0 + a for a in rows], [c0 + b for b in columns])]
    return out


@right("scipy.ndimage.shift by whole pixels, on a large enough canvas")
def canvas(I, r0, c0, h, w, cval=0):
    R, C = I.shape
    big = np.full((R + 2 * (abs(r0) + h), C + 2 * (abs(c0) + w)), cval, dtype=I.dtype)
    a, b = abs(r0) + h, abs(c0) + w
    big[a : a + R, b : b + C] = I
    return np.array(big[a + r0 : a + r0 + h, b + c0 : b + c0 + w])


@wrong("indices wrap around", says="wrap around")
def wraps(I, r0, c0, h, w, cval=0):
    return np.roll(I, (-r0, -c0), (0, 1))[np.arange(h) % I.shape[0]][:, np.arange(w) % I.shape[1]]


@wrong("negative indices count from the end; only too large ones are caught", says="")
def negative_from_the_end(I, r0, c0, h, w, cval=0):
    out = np.full((h, w), cval, dtype=I.dtype)
    for a in range(h):
        for b in range(w):
            try:
                out[a, b] = I[r0 + a, c0 + b]
            except IndexError:
                pass
    return out


@wrong("a plain slice", says="plain slice")
def a_slice(I, r0, c0, h, w, cval=0):
    return I[r0 : r0 + h, c0 : c0 + w].copy()


@wrong("r0 along the columns", says="r0 along the columns")
def x_first(I, r0, c0, h, w, cval=0):
    return loop(I, c0, r0, h, w, cval)


@wrong("a frame of w rows and h columns", says="w rows and h columns")
def transposed_frame(I, r0, c0, h, w, cval=0):
    return loop(I, r0, c0, w, h, cval)


@wrong("everything in (x, y): crops the transpose")
def of_the_transpose(I, r0, c0, h, w, cval=0):
    return loop(I.T, r0, c0, h, w, cval)


@wrong("the frame pushed back into the picture, as ExtractROI does", says="pushed back")
def pushed_inside(I, r0, c0, h, w, cval=0):
    r0, c0 = max(min(r0, I.shape[0] - h), 0), max(min(c0, I.shape[1] - w), 0)
    return I[r0 : r0 + h, c0 : c0 + w].copy()


@wrong("cut to what the picture has", says="its shape is always (h, w)")
def smaller(I, r0, c0, h, w, cval=0):
    return I[max(r0, 0) : max(r0 + h, 0), max(c0, 0) : max(c0 + w, 0)].copy()


@wrong("h and w are the frame's end", says="frame's end")
def ends(I, r0, c0, h, w, cval=0):
    return loop(I, r0, c0, max(h - r0, 0), max(w - c0, 0), cval)


@wrong("the last row and column are left out")
def one_short(I, r0, c0, h, w, cval=0):
    out = np.full((h, w), cval, dtype=I.dtype)
    out[:-1, :-1] = loop(I, r0, c0, h - 1, w - 1, cval)
    return out


@wrong("the picture's last row and column are thought to be outside", says="last row and column left out")
def last_row_lost(I, r0, c0, h, w, cval=0):
    out = np.full((h, w), cval, dtype=I.dtype)
    top, bottom, left, right_ = _overlap((I.shape[0] - 1, I.shape[1] - 1), r0, c0, h, w)
    if top < bottom and left < right_:
        out[top - r0 : bottom - r0, left - c0 : right_ - c0] = I[top:bottom, left:right_]
    return out


@wrong("the edge repeated outside", says="edge repeated")
def edge(I, r0, c0, h, w, cval=0):
    r, c = np.arange(r0, r0 + h), np.arange(c0, c0 + w)
    return I[np.clip(r, 0, I.shape[0] - 1)][:, np.clip(c, 0, I.shape[1] - 1)]


@wrong("mirrored at the edge")
def mirrored(I, r0, c0, h, w, cval=0):
    k = 3 * max(*I.shape, h, w, abs(r0), abs(c0))
    return np.pad(I, k, mode="symmetric")[k + r0 : k + r0 + h, k + c0 : k + c0 + w].copy()


@wrong("0 outside, whatever cval is", says="whatever cval is")
def zero(I, r0, c0, h, w, cval=0):
    return loop(I, r0, c0, h, w)


@wrong("a negative start made 0", says="negative start made 0")
def start_at_zero(I, r0, c0, h, w, cval=0):
    return loop(I, max(r0, 0), max(c0, 0), h, w, cval)


@wrong("the right pixels, put into the corner", says="in the wrong place")
def corner(I, r0, c0, h, w, cval=0):
    part = smaller(I, r0, c0, h, w)
    out = np.full((h, w), cval, dtype=I.dtype)
    out[: part.shape[0], : part.shape[1]] = part
    return out


@wrong("a float result", says="dtype")
def floats(I, r0, c0, h, w, cval=0):
    return loop(I, r0, c0, h, w, cval).astype(float)


@wrong("float where the frame leaves the picture", says="dtype")
def float_outside(I, r0, c0, h, w, cval=0):
    out = np.full((h, w), float(cval))
    if 0 <= r0 and 0 <= c0 and r0 + h <= I.shape[0] and c0 + w <= I.shape[1]:
        return I[r0 : r0 + h, c0 : c0 + w].copy()
    out[:] = loop(I, r0, c0, h, w, cval)
    return out


@wrong("a view where the frame lies inside", says="view")
def view(I, r0, c0, h, w, cval=0):
    if 0 <= r0 and 0 <= c0 and r0 + h <= I.shape[0] and c0 + w <= I.shape[1]:
        return I[r0 : r0 + h, c0 : c0 + w]
    return loop(I, r0, c0, h, w, cval)


@wrong("pads and returns a slice: no copy where no padding was needed, and an error wholly outside")
def pads_too_little(I, r0, c0, h, w, cval=0):
    p = max(h, w)
    padded = np.pad(I, p, constant_values=cval)
    return padded[r0 + p : r0 + p + h, c0 + p : c0 + p + w].copy()


@wrong("None when the frame leaves the picture")
def refuses(I, r0, c0, h, w, cval=0):
    if r0 < 0 or c0 < 0 or r0 + h > I.shape[0] or c0 + w > I.shape[1]:
        return None
    return I[r0 : r0 + h, c0 : c0 + w].copy()


@wrong("black pixels taken for outside")
def black_is_outside(I, r0, c0, h, w, cval=0):
    out = loop(I, r0, c0, h, w, 0)
    out[out == 0] = cval
    return out


@wrong("always uint8")
def bytes_only(I, r0, c0, h, w, cval=0):
    return loop(I.astype(np.uint8), r0, c0, h, w, np.uint8(int(cval) % 256 if np.isfinite(cval) else 0))


@wrong("a list of lists: no dtype", says="must be an array")
def lists(I, r0, c0, h, w, cval=0):
    return loop(I, r0, c0, h, w, cval).tolist()


@wrong("the frame's start is its middle")
def about_the_middle(I, r0, c0, h, w, cval=0):
    return loop(I, r0 - h // 2, c0 - w // 2, h, w, cval)


def _with_sentinel(I, r0, c0, h, w, cval, sentinel):
    out = np.full((h, w), sentinel, dtype=I.dtype if np.isfinite(sentinel) else float)
    out[:] = loop(I, r0, c0, h, w, 0)
    r, c = np.arange(r0, r0 + h), np.arange(c0, c0 + w)
    out[(r < 0) | (r >= I.shape[0])] = sentinel
    out[:, (c < 0) | (c >= I.shape[1])] = sentinel
    out[out == sentinel] = cval
    return out.astype(I.dtype)


@wrong("-1 marks what is outside: pixels of that value become cval")
def minus_one_is_outside(I, r0, c0, h, w, cval=0):
    return _with_sentinel(I, r0, c0, h, w, cval, -1) if I.dtype.kind in "if" else loop(I, r0, c0, h, w, cval)


@wrong("-999 marks what is outside")
def minus_999_is_outside(I, r0, c0, h, w, cval=0):
    signed = I.dtype.kind in "if" and I.dtype.itemsize > 1
    return _with_sentinel(I, r0, c0, h, w, cval, -999) if signed else loop(I, r0, c0, h, w, cval)


@wrong("the largest number of the dtype marks what is outside")
def largest_is_outside(I, r0, c0, h, w, cval=0):
    if I.dtype.kind not in "iu":
        return loop(I, r0, c0, h, w, cval)
    return _with_sentinel(I, r0, c0, h, w, cval, np.iinfo(I.dtype).max)


@wrong("nan marks what is outside")
def nan_is_outside(I, r0, c0, h, w, cval=0):
    if I.dtype.kind != "f":
        return loop(I, r0, c0, h, w, cval)
    out = loop(I, r0, c0, h, w, np.nan)
    out[np.isnan(out)] = cval
    return out


@wrong("pads by 100 pixels on every side, whatever the frame")
def pads_by_100(I, r0, c0, h, w, cval=0):
    padded = np.pad(I, 100, constant_values=cval)
    return padded[r0 + 100 : r0 + 100 + h, c0 + 100 : c0 + 100 + w].copy()


@wrong("counts rows and columns in int8: they wrap at 128")
def small_indices(I, r0, c0, h, w, cval=0):
    r, c = np.arange(r0, r0 + h).astype(np.int8)[:, None], np.arange(c0, c0 + w).astype(np.int8)
    R, C = I.shape
    inside = (r >= 0) & (r < R) & (c >= 0) & (c < C)
    return np.where(inside, I[r.clip(0, min(R - 1, 127)), c.clip(0, min(C - 1, 127))], np.array(cval, I.dtype))


@wrong("no row gives an array without a second axis")
def loses_an_axis(I, r0, c0, h, w, cval=0):
    R, C = I.shape
    rows = [
        [I[r0 + a, c0 + b] if 0 <= r0 + a < R and 0 <= c0 + b < C else cval for b in range(w)] for a in range(h)
    ]
    return np.array(rows, dtype=I.dtype)


@wrong("an empty frame is an array of floats")
def empty_floats(I, r0, c0, h, w, cval=0):
    return loop(I, r0, c0, h, w, cval) if h and w else np.zeros((h, w))


@wrong("passes through floats: int64 above 2**53 changes")
def through_floats(I, r0, c0, h, w, cval=0):
    return loop(I.astype(float), r0, c0, h, w, cval).astype(I.dtype)


@wrong("row 0 and column 0 are left out", says="row 0 and column 0 left out")
def first_row_lost(I, r0, c0, h, w, cval=0):
    out = np.full((h, w), cval, dtype=I.dtype)
    for a in range(h):
        for b in range(w):
            if 0 < r0 + a < I.shape[0] and 0 < c0 + b < I.shape[1]:
                out[a, b] = I[r0 + a, c0 + b]
    return out


@wrong("rows and columns counted from 1", says="counted from 1")
def from_one(I, r0, c0, h, w, cval=0):
    return loop(I, r0 - 1, c0 - 1, h, w, cval)


@wrong("the slice ends at h and w", says="frame's end")
def slice_to_the_end(I, r0, c0, h, w, cval=0):
    return I[r0:h, c0:w].copy()


@wrong("I.shape read as (columns, rows)", says="(rows, columns)")
def bounds_exchanged(I, r0, c0, h, w, cval=0):
    return loop(I[: I.shape[1], : I.shape[0]], r0, c0, h, w, cval)


SHARED = {}


@wrong("one buffer for all frames of a shape: a later call overwrites the earlier result")
def one_buffer(I, r0, c0, h, w, cval=0):
    out = SHARED.setdefault((h, w, I.dtype.str), np.empty((h, w), I.dtype))
    for a in range(h):
        for b in range(w):
            inside = 0 <= r0 + a < I.shape[0] and 0 <= c0 + b < I.shape[1]
            out[a, b] = I[r0 + a, c0 + b] if inside else cval
    return out
