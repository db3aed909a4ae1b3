# Take a file of cases apart, as tests/data/kustomize/README.md describes them:
#
#	awk -v dir=DIR -f cases.awk FILE
#
# The files go to DIR/N/..., N counting from 1; for each case a line is printed:
# N, whether it must be refused (1 or 0), its options (- for none) and its name,
# with tabs between.

function finish() { if (file) close(file); file = "" }

/^=== / {
	finish()
	n++
	name = substr($0, 5)
	options = ""
	bad = sub(/^! /, "", name)
	if (i = index(name, " | ")) {
		options = substr(name, i + 3)
		name = substr(name, 1, i - 1)
	}
	printf "%d\t%d\t%s\t%s\n", n, bad, options == "" ? "-" : options, name
	next
}

/^--- [^ ]*$/ {
	finish()
	file = dir "/" n "/" substr($0, 5)
	folder = file
	sub(/\/[^\/]*$/, "", folder)
	if (!(folder in made)) system("mkdir -p " folder)
	made[folder] = 1
	printf "" >file
	next
}

file { print >file }

END { finish() }
