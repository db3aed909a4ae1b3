#!/bin/sh
# The driver without a cluster: its command line, and what it refuses before
# anything is asked of a server.
. "${0%/*}/../lib.sh"
unset KUBECONFIG
HOME=$T_DIR/home XDG_STATE_HOME=$T_DIR/state
export HOME XDG_STATE_HOME
cp -r "$T_TOP/example/." .

status 'no command is wrong usage' 2 poundlock
like 'says how it is used' '^usage: poundlock run' err
status 'an unknown command is wrong usage' 2 poundlock frobnicate
like 'is named' '^poundlock: no such command: frobnicate' err
status 'an unknown option is wrong usage' 2 poundlock run --frobnicate flux
like 'is named' '^poundlock: unknown option --frobnicate' err
status 'a value that is missing is wrong usage' 2 poundlock run flux --until
status 'a number of stages that is none' 2 poundlock run --parallel many
like 'is named' '^poundlock: --parallel: many is not a number' err
status 'a value where none is taken is wrong usage' 2 poundlock run --force=false
like 'is named' '^poundlock: --force takes no value' err
status 'a format of what prints nothing is wrong usage' 2 poundlock run -o diff
status 'so is a run directory without a run' 2 poundlock plan --run-dir runs
ok 'and it is not made' [ ! -e runs ]

status '--exec-path' 0 poundlock --exec-path
ok 'is where the tools are' [ -x "$(cat out)/graph-order" ]
status 'a tool can be run by its name' 0 poundlock graph-order --version
like 'with its arguments' '^graph-order ' out
status '--version' 0 poundlock --version

status 'graph finds flux by itself' 0 poundlock graph
like 'names each stage' '^default/app-deploy .*after default/app-pre-deploy' out
status 'a format' 0 poundlock graph -o dot flux
like 'is passed on' '^digraph' out
status 'a part of the chain' 0 poundlock graph --until=app-deploy flux
unlike 'leaves out the rest' post-deploy out

mkdir full && touch full/x
status 'a run directory that is not empty' 2 poundlock run --run-dir full
like 'is refused' 'the run directory is not empty' err
status 'a path that is not there' 2 poundlock run nowhere
status 'a kubeconfig that is not there' 3 poundlock run --kubeconfig nowhere
is 'is said once' 1 "$(grep -c nowhere err)"
unlike 'before any stage' started err
cat >config <<'EOF'
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: c, context: {cluster: c}}]
current-context: c
EOF
status 'a timeout that is none' 2 \
    poundlock run --kubeconfig config --timeout soon
unlike 'shows before any stage' started err
# What a path is relative to is the same for all that reads it.
status 'a server that is not there' 3 \
    poundlock run --kubeconfig config --request-timeout 1s
like 'is named by the stage' '^[a-z-]+: https://127.0.0.1:1: ' err
unlike 'which finds the kubeconfig' 'No such file' err
for command in plan diff status; do
	status "$command in a context that is not there" 3 \
	    poundlock $command --kubeconfig config --context nowhere
	like 'says so' 'nowhere' err
	is 'and no more' 1 "$(wc -l <err | tr -d ' ')"
done
ok 'records are for their owner alone' \
    [ -z "$(find state -perm /077 -print)" ]

done_testing
