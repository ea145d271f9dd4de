"""sight: the pixels of a page come in; its text lines as narrow strips, and the words read from them in order, go out. Knows no reader."""
