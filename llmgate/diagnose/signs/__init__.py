"""A failing trial → what it shows of one category, or nothing: one file per step of the procedure, in its order.

infrastructure, fixture_invalid, refusal, output_format (by repair), tool_use, retrieval, grounding, reasoning.
"""
