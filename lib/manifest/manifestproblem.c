/* What libyaml complains of; see manifestproblem.h. */
#include "manifest/manifestproblem.h"

void
manifest_problem(const yaml_parser_t *p, const char *text, struct buf *err)
{
	size_t line = p->problem_mark.line + 1;
	size_t column = p->problem_mark.column + 1, i;

	if (p->error == YAML_READER_ERROR) {
		for (line = column = 1, i = 0; i < p->problem_offset; i++) {
			column = text[i] == '\n' ? 1 : column + 1;
			line += text[i] == '\n';
		}
	}
	buf_addf(err, "%zu:%zu: %s", line, column,
	    p->problem ? p->problem : "broken YAML");
	if (p->context && p->error != YAML_READER_ERROR &&
	    p->context_mark.line + 1 != line)
		buf_addf(err, " (%s that begins in line %zu)", p->context,
		    p->context_mark.line + 1);
	else if (p->context && p->error != YAML_READER_ERROR)
		buf_addf(err, " (%s)", p->context);
}
