"""As much of JSON Schema 2020-12 as service/openapi.json uses; a keyword beyond that is an error."""

import json
import re

KINDS = {"string": str, "boolean": bool, "object": dict, "array": list, "null": type(None)}
NOTES = {"description", "default", "format", "example", "examples"}


def is_kind(value, kind):
    if kind in ("integer", "number"):
        return isinstance(value, int if kind == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, KINDS[kind])


class Schemas:
    def __init__(self, root):
        self.root = root

    def find(self, ref):
        at = self.root
        for part in ref.removeprefix("#/").split("/"):
            at = at[part.replace("~1", "/").replace("~0", "~")]
        return at

    def faults(self, schema, value, at="$"):
        """What is wrong with the value; empty: nothing."""
        found = []
        for keyword, rule in schema.items():
            if keyword not in NOTES:
                found += [at + ": " + fault if fault[0] != "$" else fault
                          for fault in getattr(self, "_" + keyword.strip("$"))(rule, value, at, schema)]
        return found

    def _ref(self, rule, value, at, _):
        return self.faults(self.find(rule), value, at)

    def _type(self, rule, value, *_):
        kinds = rule if isinstance(rule, list) else [rule]
        return [] if any(is_kind(value, k) for k in kinds) else ["%.60r is not %s" % (value, " or ".join(kinds))]

    def _enum(self, rule, value, *_):
        return [] if value in rule else ["%.60r is none of %s" % (value, json.dumps(rule))]

    def _const(self, rule, value, *_):
        return [] if value == rule else ["%.60r is not %r" % (value, rule)]

    def _required(self, rule, value, *_):
        return ["%s is missing" % name for name in rule if isinstance(value, dict) and name not in value]

    def _properties(self, rule, value, at, _):
        if not isinstance(value, dict):
            return []
        return [f for name in value.keys() & rule.keys() for f in self.faults(rule[name], value[name], at + "." + name)]

    def _additionalProperties(self, rule, value, at, schema):
        assert rule is False
        more = value.keys() - schema.get("properties", {}).keys() if isinstance(value, dict) else ()
        return ["%s is not described" % name for name in more]

    def _items(self, rule, value, at, _):
        if not isinstance(value, list):
            return []
        return [f for n, one in enumerate(value) for f in self.faults(rule, one, "%s[%d]" % (at, n))]

    def _minItems(self, rule, value, *_):
        return ["has too few items"] if isinstance(value, list) and len(value) < rule else []

    def _maxItems(self, rule, value, *_):
        return ["has too many items"] if isinstance(value, list) and len(value) > rule else []

    def _minimum(self, rule, value, *_):
        return ["%r is below %r" % (value, rule)] if is_kind(value, "number") and value < rule else []

    def _maximum(self, rule, value, *_):
        return ["%r is above %r" % (value, rule)] if is_kind(value, "number") and value > rule else []

    def _pattern(self, rule, value, *_):
        return ["%r does not match" % value] if isinstance(value, str) and not re.search(rule, value) else []

    def _anyOf(self, rule, value, at, _):
        return [] if any(not self.faults(one, value, at) for one in rule) else ["fits none of anyOf"]

    def _oneOf(self, rule, value, at, _):
        count = sum(not self.faults(one, value, at) for one in rule)
        return [] if count == 1 else ["fits %d of oneOf" % count]
