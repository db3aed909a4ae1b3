#!/bin/sh
# render against kustomize itself, on random trees of kustomizations.
# RENDER_SEED and RENDER_TREES choose others than the usual ones.
. "${0%/*}/../lib.sh"
need_kustomize

seed=${RENDER_SEED:-1}
last=$((seed + ${RENDER_TREES:-20} - 1))
while [ "$seed" -le "$last" ]; do
	rm -rf tree
	top=$(awk -v seed="$seed" -v dir=tree \
	    -f "$T_TOP/tests/helper/kustomizations.awk")
	for order in none legacy; do
		if ! kustomize build --reorder "$order" "tree/$top" \
		    >want 2>why; then
			ok "seed $seed: kustomize takes the tree" false
			continue
		fi
		status "seed $seed, order $order: builds" 0 \
		    render -o yaml --reorder "$order" "tree/$top"
		same "seed $seed, order $order: as kustomize does" want out
	done
	seed=$((seed + 1))
done
done_testing
