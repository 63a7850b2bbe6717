"""What type an expression has, as far as its text tells, and what in it can only come to nothing.

The inference is modest: where a type is not known it says so, and it gives hints only about types that are. Every
value may also be null, which no type excludes.
"""

from app.feel.inference import calls, names, operators
from app.feel.inference.inference import Inference, Known

# Importing a module registers its rules.
_MODULES = (calls, names, operators)

__all__ = ["Inference", "Known"]
