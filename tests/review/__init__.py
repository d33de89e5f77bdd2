"""Where a promise was once broken: each test here failed before the product was mended."""
