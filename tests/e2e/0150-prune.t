#!/bin/sh
# What is no longer in the files is pruned, and nothing else ever is.
. "${0%/*}/lib.sh"
need_cluster
new_namespace

# stage NAME PRUNE: a stage without objects
stage() { kustomization "$1" "prune: $2"; }

# map STAGE NAME: a ConfigMap in it
map() {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n' "$2" \
	    >"app/$1/$2.yaml"
}

there() { kc get configmap "$1" --ignore-not-found -o name; }

stage first true
stage second true
stage keeper false
map first one
map first mover
map first stays
map second two
map second returner
map second stays-too
map keeper kept
map keeper other
status 'a first run' 0 release
mover=$(uid configmap/mover) returner=$(uid configmap/returner)

mv app/first/mover.yaml app/second/
mv app/second/returner.yaml app/first/
rm app/first/one.yaml app/keeper/kept.yaml
status 'plan has seen it' 1 poundlock plan app/flux --root app
like 'what would be pruned' '^delete +ConfigMap/.*/one ' out
unlike 'and nothing else' '^delete .*/(mover|returner|kept)' out
status 'objects move from stage to stage' 0 release
is 'one keeps its identity' "$mover" "$(uid configmap/mover)"
is 'so does the other' "$returner" "$(uid configmap/returner)"
is 'what is gone from the files is pruned' '' "$(there one)"
is 'but not where the stage says no' configmap/kept "$(there kept)"
is 'and what is still there stays' configmap/two "$(there two)"

rm app/second/mover.yaml
since
status 'what has moved belongs to its new stage' 0 release
is 'which prunes it' 'delete configmaps/mover' \
    "$(writes | grep '^delete configmaps/')"

kc create configmap foreign >/dev/null
kc label configmap foreign app=x >/dev/null
rm app/first/*.yaml
since
run release
ok 'a stage that has become empty is not pruned unasked' [ "$rc" -ne 0 ]
is 'nothing is deleted' '' "$(writes | grep '^delete')"
status 'with leave it is' 0 release --allow-empty
is 'all of it' '' "$(there stays)$(there returner)"
is 'and nothing of others' configmap/foreign "$(there foreign)"

done_testing
