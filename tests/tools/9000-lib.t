#!/bin/sh
# The test library itself: a check that can't fail would hide everything else.
. "${0%/*}/../lib.sh"
unset TEST_CLUSTER

# fails BODY: a test of this content is reported as failed, and prints OUT.
fails() {
	mkdir -p inner/t
	cp "$T_TOP/tests/lib.sh" inner/
	printf '. "${0%%/*}/../lib.sh"\n%s\n' "$1" >inner/t/x.t
	run sh inner/t/x.t
	[ "$rc" -ne 0 ] && cat out err >both && grep -q -e "$2" both
}

ok 'an ok that fails' fails 'ok x false; done_testing' '^not ok 1 - x'
ok 'a status that differs' fails 'status x 1 true; done_testing' \
    '^# got:  status 0'
ok 'a file that differs' fails 'echo 1 >a; echo 2 >b; same x a b; done_testing' \
    '^# -1'
ok 'a line that does not match' fails 'echo 1 >a; like x 2 a; done_testing' \
    '^# | 1'
ok 'a line that must not be there' fails \
    'echo 1 >a; unlike x 1 a; done_testing' '^# 1:1'
ok 'a file that is not there' fails 'unlike x 1 a; done_testing' '^not ok'
ok 'a value that differs' fails \
    'echo "{\"a\":1}" >a; json x 2 .a a; done_testing' '^# got:  1'
ok 'a crash ends the test, whatever was expected' fails \
    'status x 139 sh -c "kill -SEGV \$\$"; done_testing' '^# x.t: died: status 139'
ok 'and leaves no plan' [ "$(grep -c '^1\.\.' out)" -eq 0 ]
ok 'standard error is shown' fails \
    'status x 1 sh -c "echo why >&2"; done_testing' '^# stderr: why'
ok 'time that runs out' fails 'ok x eventually 1 false; done_testing' '^not ok'

printf '. "${0%%/*}/../lib.sh"\nneed_cluster\n' >inner/t/x.t
run env -u KUBECONFIG sh inner/t/x.t
like 'without a cluster the file is skipped' '^1\.\.0 # SKIP KUBECONFIG' out
echo '    server: https://prod.example:6443' >config
run env KUBECONFIG="$T_DIR/config" sh inner/t/x.t
like 'and with one that is not for tests' '^1\.\.0 # SKIP .*not for tests' out
status 'unless it is required' 1 \
    env KUBECONFIG="$T_DIR/config" TEST_CLUSTER=required sh inner/t/x.t
like 'which ends the whole suite' '^Bail out!' out
printf '. "${0%%/*}/../lib.sh"\npwd\n' >inner/t/x.t
run sh inner/t/x.t
ok 'nothing is left behind' [ ! -e "$(cat out)" ]

done_testing
