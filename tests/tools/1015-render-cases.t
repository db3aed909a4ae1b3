#!/bin/sh
# render against kustomize itself, on cases by hand: tests/data/kustomize.
# RENDER_CASES names the files of other cases than all.
. "${0%/*}/../lib.sh"
need_kustomize

tab=$(printf '\t')
data=$T_TOP/tests/data/kustomize
awk -v dir=made -f "$T_TOP/tests/helper/cases.awk" "$data/base.txt" >list
mv made/1 base

# one N BAD OPTIONS NAME: both build the same, or both refuse.
one() {
	opts=$3
	[ "$opts" != - ] || opts=
	# shellcheck disable=SC2086
	(cd "made/$1" && kustomize build $opts .) >want 2>why
	theirs=$?
	cd "made/$1" || exit 1
	# shellcheck disable=SC2086
	run render -o yaml $opts .
	mv out err ../..
	cd ../.. || exit 1
	if [ "$2" = 1 ]; then
		ok "$4: kustomize refuses" [ "$theirs" -ne 0 ]
		is "$4: so does render" 2 "$rc"
		is "$4: in one line" 1 "$(wc -l <err | tr -d ' ')"
		ok "$4: with no output" [ ! -s out ]
	else
		is "$4: kustomize builds" 0 "$theirs"
		is "$4: so does render" 0 "$rc"
		same "$4: the same" want out
	fi
}

for file in ${RENDER_CASES:-"$data"/*.txt}; do
	subject=${file##*/}
	[ "$subject" != base.txt ] || continue
	rm -rf made && mkdir made && cp -r base made/base
	awk -v dir=made -f "$T_TOP/tests/helper/cases.awk" "$file" >list
	while IFS=$tab read -r n bad options name; do
		one "$n" "$bad" "$options" "${subject%.txt}: $name"
	done <list
done
done_testing
