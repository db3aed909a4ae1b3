#!/bin/sh
# render against kustomize itself, on random trees of kustomizations.
# Where kustomize crashes there is nothing to compare with.
# RENDER_SEED and RENDER_TREES choose others than the usual ones.
. "${0%/*}/../lib.sh"
need_kustomize

seed=${RENDER_SEED:-1}
good=0
last=$((seed + ${RENDER_TREES:-40} - 1))
while [ "$seed" -le "$last" ]; do
	rm -rf tree
	top=$(awk -v seed="$seed" -v dir=tree \
	    -f "$T_TOP/tests/helper/kustomizations.awk")
	for order in none legacy; do
		if kustomize build --reorder "$order" "tree/$top" \
		    >want 2>why; then
			good=$((good + 1))
			status "seed $seed, order $order: builds" 0 \
			    render -o yaml --reorder "$order" "tree/$top"
			same "seed $seed, order $order: as kustomize does" \
			    want out
		elif grep -q '^panic: ' why; then
			printf '# seed %d, order %s: skipped, %s\n' \
			    "$seed" "$order" 'kustomize panics'
		else
			status "seed $seed, order $order: refuses, too" 2 \
			    render -o yaml --reorder "$order" "tree/$top"
			is "seed $seed, order $order: with no output" '' \
			    "$(head -n 1 out)"
		fi
	done
	seed=$((seed + 1))
done
# Else the trees would be worth little.
ok 'kustomize takes at least every third tree' \
    [ $((good * 3)) -ge $((${RENDER_TREES:-40} * 2)) ]
done_testing
