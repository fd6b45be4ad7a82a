"""Released figures on screen; never sees a person."""
