"""The screens: a keyboard-first terminal application in Dutch and English, a thin face of the library."""
