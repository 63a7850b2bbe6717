"""A stretch of business: customers come as they please, people work what is offered to them, and time passes.

What nobody prescribes is left to dice with a seed, so that the same seed gives the same business.

* habits: how often which request comes, how people answer, how long they take; `bpmn/habits.json` has the library's
* business: the days themselves; acting, answering, agenda, staff and market are its parts
* ending: what came of it; every case has to end or to wait for somebody who is named
* doing: all of it, with what is told about it
"""
