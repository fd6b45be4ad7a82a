"""The errors a person may see: what is wrong, where, and how to mend it."""


class RegiespiegelError(Exception):
    """Base of every error that is shown to a user as one sentence, without a traceback."""


class ConfigurationError(RegiespiegelError):
    """A file of `config/` cannot be used."""


class RegisterError(RegiespiegelError):
    """The organisation register cannot be used."""


class WaveStateError(RegiespiegelError):
    """A wave is not in the state this command needs."""


class DisclosureError(RegiespiegelError):
    """A release could not be proven safe, so nothing was published."""


class ReleaseError(RegiespiegelError):
    """A release is damaged, missing or of another version."""


class UnknownFigureError(RegiespiegelError):
    """A release has no such figure."""
