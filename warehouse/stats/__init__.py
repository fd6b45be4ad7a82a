"""Pure statistics: arrays in, arrays out, no input or output."""
