#!/bin/sh
# Small inputs that ask for much, and large ones: each is an error of one line,
# in little time and memory.
. "${0%/*}/../lib.sh"

need_tool timeout

put() {
	mkdir -p "${1%/*}"
	cat >"$1"
}

# N times a text.
many() {
	awk -v n="$1" -v s="$2" 'BEGIN { while (n-- > 0) printf "%s", s }'
}

object() {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n'
}

# A directory with one file; standard input goes behind a ConfigMap's head.
single() {
	mkdir -p "$1"
	echo 'resources: [r.yaml]' >"$1/kustomization.yaml"
	{ object; cat; } >"$1/r.yaml"
}

# Sanitizers have memory of their own.
measured=
if [ -x /usr/bin/time ] && ! grep -q __asan_init "$(command -v render)"; then
	measured=yes
fi

# bomb DESC REGEX DIR
bomb() {
	if [ "$measured" ]; then
		status "$1: is refused" 2 timeout 100 /usr/bin/time -f %M -o memory \
		    render "$3"
		ok "$1: in less than a gigabyte" \
		    test "$(tail -n 1 memory)" -lt 1000000
	else
		status "$1: is refused" 2 timeout 100 render "$3"
	fi
	is "$1: in one line" 1 "$(wc -l <err | tr -d ' ')"
	ok "$1: a short one" test "$(wc -c <err)" -lt 500
	like "$1: says why" "$2" err
	is "$1: writes nothing" '' "$(head -c 100 out)"
	rm -rf "${3%%/*}"
}

# --- YAML ------------------------------------------------------------------------

{ printf 'data: '; many 200000 '['; } | single flow
bomb 'brackets' '^render: flow/r.yaml:4:106: nested too deep$' flow

awk 'BEGIN { for (i = 0; i < 2000; i++) printf "%" i "sa:\n", "" }' | single block
bomb 'blocks' 'block/r.yaml:10[0-9]:[0-9]+: nested too deep$' block

{
	echo "l0: &l0 [x,x,x,x,x,x,x,x,x]"
	for i in 1 2 3 4 5 6 7 8 9; do
		a="*l$((i - 1))"
		echo "l$i: &l$i [$a,$a,$a,$a,$a,$a,$a,$a,$a]"
	done
} | single laughs
bomb 'a billion laughs' 'laughs/r.yaml:10:[0-9]+: too large a document$' laughs

{ echo 'a: &a [&b [*a]]'; echo 'b: *b'; } | single itself
bomb 'an anchor within itself' 'an alias of no anchor$' itself

{ printf 'data: {a: "'; many 7000000 0123456789; echo '"}'; } | single scalar
bomb 'a scalar of 70 MB' 'r.yaml: File too large$' scalar

{ printf 'data: ['; many 3000000 '{},'; echo ']'; } | single maps
bomb 'a list of three million maps' 'maps/r.yaml:4:[0-9]+: too large a document$' maps

many 3000000 '---
{a: 1}
' | single documents
bomb 'three million documents' 'too large a file$' documents

{ printf 'data:\n  ? "'; many 10000 key; echo '"'; } | single key
echo '  : [' >>key/r.yaml
bomb 'a key of 30 KB' 'key/r.yaml:[0-9]+:[0-9]+: did not find expected node' key

# --- directories -----------------------------------------------------------------

i=0
while [ $i -lt 150 ]; do
	put "chain/$i/kustomization.yaml" <<END
resources: [../$((i + 1))]
END
	i=$((i + 1))
done
bomb 'a chain of directories' \
    'chain/100/kustomization.yaml:1: resources\[0\]: ../101: 101 directories stand on each other$' chain/0

for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	put "double/$i/kustomization.yaml" <<END
resources: [../$((i + 1)), ../$((i + 1))]
END
done
put double/21/kustomization.yaml <<'END'
resources: []
END
bomb 'directories that ask for others twice' 'the build has too many directories$' double/0

for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
	for x in a b; do
		put "objects/$i/$x/kustomization.yaml" <<END
namePrefix: $x-
resources: [../../$((i + 1))]
END
	done
	put "objects/$i/kustomization.yaml" <<'END'
resources: [a, b]
END
done
object | put objects/16/r.yaml
put objects/16/kustomization.yaml <<'END'
resources: [r.yaml]
END
bomb 'ever more objects' 'the build has too many directories$' objects/0

put cycle/a/kustomization.yaml <<'END'
resources: [../b]
END
put cycle/b/kustomization.yaml <<'END'
resources: [../a]
END
bomb 'a cycle of directories' \
    'b/kustomization.yaml:1: resources\[0\]: ../a: cycle: cycle/a needs itself$' cycle/a

# --- generators --------------------------------------------------------------------

put file/kustomization.yaml <<'END'
configMapGenerator: [{name: g, files: [big]}]
END
many 7000000 0123456789 >file/big
bomb 'a generator with a file of 70 MB' 'configMapGenerator\[0\].files\[0\]: ConfigMap/g: big: File too large$' file

many 6000000 0123456789 | put files/big
put files/kustomization.yaml <<END
configMapGenerator: [{name: g, files: [$(many 20 'k=big, ' | awk -v RS=, \
    '/k/ { printf "%s%d=big", s, ++n; s = ", k" }' | sed 's/^/k/')]}]
END
bomb 'the same one of 60 MB twenty times' 'the build reads more than 512 MiB$' files

# --- patches -----------------------------------------------------------------------

# patched NAME OPERATION...
patched() {
	name=$1
	shift
	echo 'data: {a: b}' | single "$name"
	{
		echo "patches: [{target: {kind: ConfigMap}, path: p.json}]"
	} >>"$name/kustomization.yaml"
	printf '%s\n' "$@" >"$name/p.json"
}

patched deep "[{\"op\": \"add\", \"path\": \"$(many 50000 /a)\", \"value\": 1}]"
bomb 'a path of 50,000 parts' 'deep/p.json:1: ConfigMap/c \(deep/r.yaml:1\): a.a.*: add: too much, or nested too deep$' deep

patched index '[{"op": "add", "path": "/x", "value": []},' \
    '{"op": "add", "path": "/x/2147483648", "value": 1}]'
bomb 'an index beyond all' 'x\[2147483648\]: add: the list has no such element$' index

patched copies '[{"op": "add", "path": "/x", "value": [1, 2]}' \
    "$(many 40 ', {"op": "copy", "from": "/x", "path": "/x/-"}')]"
bomb 'copies of copies' 'x.-: copy: too much, or nested too deep$' copies

patched levels '[{"op": "add", "path": "/x", "value": {}}' \
    "$(many 3000 ', {"op": "copy", "from": "/x", "path": "/x/a"}')]"
bomb 'copies within copies' 'x.a: copy: too much, or nested too deep$' levels

pod='apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
'
mkdir list
echo 'resources: [r.yaml]
patches: [{path: p.yaml}]' >list/kustomization.yaml
for file in r p; do
	{
		printf '%s' "$pod"
		awk -v image=$file 'BEGIN { for (i = 0; i < 20000; i++)
			printf "  - {name: c%d, image: %s}\n", i, image }'
	} >list/$file.yaml
done
bomb 'lists of 20,000 elements' \
    'list/p.yaml:5: Pod/p \(list/r.yaml:5\): spec\.containers: lists of more than 5000 elements$' list

# --- replacements, fields and vars ------------------------------------------------

# replaced NAME TEXT: standard input is the replacements.
replaced() {
	echo "data: {a: '$2'}" | single "$1"
	{ echo 'replacements:'; cat; } >>"$1/kustomization.yaml"
}

replacement() {
	echo "- {source: {kind: ConfigMap, fieldPath: $1}, targets: [{select: {kind: ConfigMap}, fieldPaths: [$2], options: {$3}}]}"
}

for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
	replacement data data.x 'create: true'
	replacement data data.y 'create: true'
done | replaced trees x
bomb 'a map within itself' 'ConfigMap/c \(trees/r.yaml:4\): data.x: too much is copied$' trees

for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26; do
	replacement data.a data.a 'delimiter: "-", index: -1'
done | replaced texts x-x
bomb 'a text before itself' 'ConfigMap/c \(texts/r.yaml:1\): the object becomes too large, or nested too deep$' texts

replacement data.a "$(many 50000 a.)a" 'create: true' | replaced parts x
bomb 'a field of 50,000 parts' 'ConfigMap/c \(parts/r.yaml:1\): a.a.*: too long a path$' parts

echo 'data: {a: b}' | single labels
cat >>labels/kustomization.yaml <<END
labels: [{pairs: {a: b}, fields: [{path: $(many 50000 a/)a, create: true}]}]
END
bomb 'a field spec of 50,000 parts' 'labels\[0\]: ConfigMap/c \(labels/r.yaml:1\): a.a.*: too long a path$' labels

mkdir vars
cat >vars/kustomization.yaml <<'END'
resources: [r.yaml]
vars: [{name: V, objref: {apiVersion: v1, kind: ConfigMap, name: c}, fieldref: {fieldPath: metadata.annotations.a}}]
END
cat >vars/r.yaml <<END
apiVersion: v1
kind: ConfigMap
metadata: {name: c, annotations: {a: "$(many 100000 0123456789)", b: "$(many 100000 '$(V)')"}}
END
bomb 'a long var in many places' 'ConfigMap/c \(vars/r.yaml:3\): metadata.annotations: too much is copied$' vars

mkdir pattern
object >pattern/r.yaml
cat >pattern/kustomization.yaml <<'END'
resources: [r.yaml]
patches: [{target: {name: "(((a{100}){100}){100}){100}"}, patch: "[]"}]
END
bomb 'a pattern that repeats repetitions' \
    'patches\[0\].target: .* is no regular expression$' pattern

done_testing
