#!/bin/sh
# Every program has a page, and page and --help name the same long options.
. "${0%/*}/../lib.sh"

# What all tools share may stay out of the short text.
options() { grep -Evx -e '--(help|version|verbose|namespace)' | sort -u; }

for tool in poundlock render graph-order diff-immutable apply wait progress; do
	page=$T_TOP/man/$tool.1
	ok "$tool has a page" [ -s "$page" ]
	status "$tool --help" 0 "$tool" --help
	grep -Eo -e '--[a-z][a-z-]+' out | options >help
	grep -Eo 'Fl -[a-z][a-z-]+' "$page" | sed 's/Fl /-/' | options >page.t
	same "$tool: help and page name the same options" help page.t
	status "$tool: an unknown option is wrong usage" 2 "$tool" --no-such
	like "$tool: and the line begins with its name" "^$tool: .*no-such" err
done

done_testing
