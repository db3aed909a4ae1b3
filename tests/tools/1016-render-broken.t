#!/bin/sh
# A broken tree: the line that names file, line, object and field, no output,
# status 2.  Cases as in tests/data/kustomize; the file "says" has the line.
. "${0%/*}/../lib.sh"

tab=$(printf '\t')
awk -v dir=made -f "$T_TOP/tests/helper/cases.awk" \
    "$T_TOP/tests/data/kustomize/base.txt" >list
mv made/1 base
awk -v dir=made -f "$T_TOP/tests/helper/cases.awk" \
    "$T_TOP/tests/data/broken.txt" >list
while IFS=$tab read -r n _ _ name; do
	rm -rf tree
	mv "made/$n" tree
	mv tree/says says
	status "$name: is refused" 2 render -o yaml tree
	same "$name: in these words" says err
	ok "$name: with no output" [ ! -s out ]
done <list
done_testing
