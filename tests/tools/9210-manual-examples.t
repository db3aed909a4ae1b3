#!/bin/sh
# What the pages show as examples is run, in a place that looks like theirs.
. "${0%/*}/../lib.sh"
need_tool git jq make
need_cluster
new_namespace
cp "$KUBECONFIG" config
KUBECONFIG=$T_DIR/config
export KUBECONFIG
kubectl config set-context --current --namespace "$NS" >/dev/null

# A picture is not what is tested.
mkdir programs
printf '#!/bin/sh\nexec cat\n' >programs/dot
chmod +x programs/dot
PATH=$PATH:$T_DIR/programs

# A checkout of a topic branch, with what the examples name.
scene() {
	rm -rf checkout main infra
	cp -r "$T_TOP/example" checkout
	chmod -R u+w checkout
	sed -i "s/^metadata:/&\n  namespace: $NS/" checkout/flux/*.yaml
	mkdir infra checkout/prod
	sed 's/my-app/web/' checkout/deploy/deployment.yaml \
	    >checkout/prod/web.yaml
	mkdir -p checkout/clusters/production checkout/system
	cp checkout/flux/*.yaml checkout/clusters/production
	sed 's/name: app-pre-deploy/name: flux-system/; s/pre-deploy/system/' \
	    checkout/flux/pre-deploy.yaml \
	    >checkout/clusters/production/flux-system.yaml
	printf '#!/bin/sh\necho "$1"\n' >checkout/deploy-stage
	chmod +x checkout/deploy-stage
	(
		cd checkout || exit
		git init -q -b main .
		git add .
		git -c user.name=x -c user.email=x@x.example commit -qm x
		git checkout -q -b topic
		render prod | diff-immutable >plan
		render prod | apply >applied
	) 2>scene.err
}

# The commands of a page's examples, a line "@" before each block.
blocks() {
	awk '/^\.Sh/ { in_it = $2 == "EXAMPLES" }
	    !in_it { next }
	    /^\.Dl/ { sub(/^\.Dl /, ""); print "@"; sub(/^\$ /, ""); print }
	    /^\.Ed/ { literal = 0 }
	    literal { sub(/^\$ /, ""); gsub(/\\e/, "\\"); print }
	    /^\.Bd/ { literal = 1; print "@" }' "$1"
}

# In a shell, wait is the shell's own.
example() {
	{
		echo 'wait() { env wait "$@"; }'
		cat
	} >example.sh
	(cd checkout && sh ../example.sh)
}

for page in "$T_TOP"/man/*.[157]; do
	blocks "$page" >all
	n=$(grep -c '^@$' all)
	[ "$n" -eq 0 ] || scene
	i=0
	while [ "$i" -lt "$n" ]; do
		i=$((i + 1))
		awk -v n="$i" '/^@$/ { i++; next } i == n' all >block
		run example <block
		# 1 is "there are differences", and grep's "there are none".
		ok "${page##*/}: $(grep -v '^git' block | head -n 1)" \
		    [ "$rc" -le 1 ]
		unlike 'without a word about its usage' \
		    '^usage:|not found|unknown|unrecognized' err
	done
done

done_testing
