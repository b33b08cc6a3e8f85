"""Which chat model answers, how it is spoken to, and how the local one gets here.

`choice.choose` decides and says what leaves the machine; `choice.open_model` opens it as a `ChatModel`.
"""
