"""The regular expressions of XPath, matched in bounded time.

Python's own engine goes back and forth and can take years for a text of forty characters; a server that runs
other people's patterns cannot use it. Here all ways through the pattern advance together, character by
character, so the work is at most the length of the text times the length of the pattern, and it is counted.
Only a pattern that refers back to a group is matched by trying, and the count ends it.
"""

from app.feel.pattern.compiled import Pattern, compile_pattern
from app.feel.pattern.matching import Match
from app.feel.pattern.syntax import PatternError

__all__ = ["Match", "Pattern", "PatternError", "compile_pattern"]
