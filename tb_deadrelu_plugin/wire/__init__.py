"""The bytes of records: 16-bit codes, compression, columns."""
