def get_assert(output, context):
    limit = context["config"]["limit"]
    return {"pass": len(output) <= limit, "score": min(1.0, limit / len(output)), "reason": f"at most {limit}"}


def shouts(output, context):
    return output.isupper()
