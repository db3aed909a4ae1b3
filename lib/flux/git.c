/* The few files of a Git directory that say what is checked out. */
#include "flux/git.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_FILE (64u << 20) /* packed-refs of a large repository */

int
git_top(const char *path, struct buf *out)
{
	char dir[PATH_MAX];
	struct buf name = BUF_INIT;
	struct stat st;
	char *slash;
	bool found = false;

	if (!realpath(path, dir))
		return -1;
	for (;;) {
		buf_clear(&name);
		buf_addf(&name, "%s/.git", dir);
		found = stat(name.s, &st) == 0;
		slash = strrchr(dir, '/');
		if (found || !slash || dir[0] == '\0')
			break;
		*slash = '\0';
	}
	if (found)
		buf_adds(out, *dir ? dir : "/");
	buf_release(&name);
	return found ? 0 : -1;
}

/* The first line of DIR/FILE, without its newline. */
static int
read_line(const char *dir, const char *file, struct buf *line)
{
	struct buf path = BUF_INIT;
	const char *end;
	int rc;

	buf_addf(&path, "%s/%s", dir, file);
	buf_clear(line);
	rc = buf_read_file(line, path.s, 1u << 16);
	buf_release(&path);
	if (rc)
		return -1;
	end = strpbrk(buf_str(line), "\r\n");
	if (end)
		buf_truncate(line, (size_t)(end - line->s));
	return 0;
}

static void
join(const char *dir, const char *path, struct buf *out)
{
	buf_clear(out);
	if (*path == '/')
		buf_adds(out, path);
	else
		buf_addf(out, "%s/%s", dir, path);
}

/*
 * The directory that holds HEAD, and the one that holds the branches: they
 * differ in a linked work tree, whose .git is a file.
 */
static int
find_dirs(const char *top, struct buf *head, struct buf *common)
{
	struct buf line = BUF_INIT;
	struct stat st;

	join(top, ".git", head);
	if (stat(head->s, &st) != 0)
		return -1;
	if (S_ISREG(st.st_mode)) {
		if (read_line(top, ".git", &line) ||
		    strncmp(buf_str(&line), "gitdir: ", 8) != 0) {
			buf_release(&line);
			return -1;
		}
		join(top, line.s + 8, head);
	}
	if (read_line(head->s, "commondir", &line) == 0 && line.len > 0)
		join(head->s, line.s, common);
	else
		join(head->s, "", common);
	buf_release(&line);
	return 0;
}

static bool
is_hash(const char *s, size_t len)
{
	return (len == 40 || len == 64) && strspn(s, "0123456789abcdef") >= len;
}

/* Look a branch up among those that git has packed into one file. */
static int
find_packed(const char *dir, const char *ref, struct buf *hash)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	size_t len = strlen(ref), n;
	const char *line, *space;
	int rc = -1;

	buf_addf(&path, "%s/packed-refs", dir);
	if (buf_read_file(&text, path.s, MAX_FILE) == 0) {
		for (line = buf_str(&text); rc && *line;
		     line += n + (line[n] == '\n')) {
			n = strcspn(line, "\n");
			space = memchr(line, ' ', n);
			if (!space || (size_t)(line + n - space - 1) != len ||
			    memcmp(space + 1, ref, len) != 0)
				continue;
			buf_clear(hash);
			buf_add(hash, line, (size_t)(space - line));
			rc = 0;
		}
	}
	buf_release(&text);
	buf_release(&path);
	return rc;
}

static const char *
hash_name(const struct buf *hash)
{
	return hash->len == 40 ? "sha1" : "sha256";
}

int
git_revision(const char *top, struct buf *out)
{
	struct buf head = BUF_INIT, common = BUF_INIT, line = BUF_INIT;
	struct buf hash = BUF_INIT;
	const char *ref;
	int rc = -1;

	if (find_dirs(top, &head, &common) ||
	    read_line(head.s, "HEAD", &line) || line.len == 0)
		goto out;
	if (strncmp(line.s, "ref: ", 5) != 0) {
		if (is_hash(line.s, line.len)) {
			buf_addf(out, "%s:%s", hash_name(&line), line.s);
			rc = 0;
		}
		goto out;
	}
	ref = line.s + 5;
	if (strstr(ref, "..") || *ref == '/')
		goto out;
	if (read_line(common.s, ref, &hash) &&
	    find_packed(common.s, ref, &hash))
		goto out;
	if (!is_hash(buf_str(&hash), hash.len))
		goto out;
	if (strncmp(ref, "refs/heads/", 11) == 0)
		ref += 11;
	buf_addf(out, "%s@%s:%s", ref, hash_name(&hash), hash.s);
	rc = 0;
out:
	buf_release(&hash);
	buf_release(&line);
	buf_release(&common);
	buf_release(&head);
	return rc;
}
