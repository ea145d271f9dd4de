"""Readers behind the `OcrEngine` port."""
