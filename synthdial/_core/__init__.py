"""The compiled core: built from the Cython sources in ``ext/``; each module's stub (``.pyi``) documents it."""
