"""Files to arrays and maps, and back: NIfTI, pictures, affine transforms. Floor 4, beside `optimize`."""
