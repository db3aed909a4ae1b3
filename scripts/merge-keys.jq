# Write lib/kustomize/schema.def from Kubernetes' published OpenAPI;
# scripts/gen-build-data runs it.  Only what leads to a list with a merge
# strategy is kept.

def ref: (."$ref" // "") | ltrimstr("#/definitions/");

# The type that a property's value, element or map value has, "" for none.
def target:
	if ."$ref" then ref
	elif .type == "array" then .items | ref
	elif .additionalProperties? | type == "object"
	then .additionalProperties | ref
	else "" end;

# What a server serves unless told otherwise: no alpha versions.
def served: .[0] | contains("alpha") | not;

def merges: (."x-kubernetes-patch-strategy" // "") | split(",") | index("merge");

.definitions as $defs
| .paths as $paths

# Types that hold such a list, then those that lead to one, until no more come.
| [ $defs | to_entries[]
    | select([.value.properties[]? | select(merges)] | length > 0) | .key ]
| until(
	. as $in
	| (map({(.): true}) | add) as $have
	| [ $defs | to_entries[]
	    | select($have[.key] | not)
	    | select([.value.properties[]? | $have[target] // empty] | length > 0)
	    | .key ] == [];
	. as $in
	| (map({(.): true}) | add) as $have
	| $in + [ $defs | to_entries[]
	    | select($have[.key] | not)
	    | select([.value.properties[]? | $have[target] // empty] | length > 0)
	    | .key ])
| sort as $types
| ($types | to_entries | map({(.value): .key}) | add) as $number

| "/* Written by scripts/merge-keys.jq; don't edit. */",

# TYPE(type, name of its definition)
( $types | to_entries[] | "TYPE(\(.key), \"\(.value)\")" ),

# FIELD(type, name, type of the value or element, is a list, strategy, keys)
( $types[] as $t
  | "/* " + ($t | split(".") | .[-2:] | join(".")) + " */",
  ( $defs[$t].properties | to_entries | sort_by(.key)[]
    | .value as $v
    | ($number[$v | target] // -1) as $to
    | select($to >= 0 or ($v | merges))
    | "FIELD(\($number[$t]), \"\(.key)\", \($to), \($v.type == "array"), "
      + (if $v | merges then "true, \"" + (($v."x-kubernetes-list-map-keys"
	  // [$v."x-kubernetes-patch-merge-key" // empty]) | join(" ")) + "\""
	 else "false, \"\"" end) + ")" ) ),

# KIND(group/version, kind, type)
( [ $types[] as $t | $defs[$t]."x-kubernetes-group-version-kind"[]?
    | [ (if .group == "" then .version else .group + "/" + .version end),
	.kind, $number[$t] ] ] | sort[]
  | select(served and (.[1] | endswith("List") | not))
  | "KIND(\"\(.[0])\", \"\(.[1])\", \(.[2]))" ),

# CLUSTER(group/version, kind): kinds whose objects have no namespace
( [ $paths | to_entries[] | select(.key | endswith("{name}"))
    | select(.key | contains("{namespace}") | not)
    | .value | .get? // empty | ."x-kubernetes-group-version-kind" // empty
    | [ (if .group == "" then .version else .group + "/" + .version end), .kind ]
  ] | unique[] | select(served)
  | "CLUSTER(\"\(.[0])\", \"\(.[1])\")" )
