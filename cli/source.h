#ifndef RT_CLI_SOURCE_H
#define RT_CLI_SOURCE_H

#include "opt.h"

#include <riptide/riptide.h>
#include <stdint.h>

/* One page to extract.  Its strings are its own. */
struct rt_entry {
    const char *path; /* a C string */
    rt_str url;
    rt_str id; /* UTF-8 */
    char *store;
};

/* The pages of a command, in order: the arguments, or the lines of a list. */
struct rt_source {
    const struct rt_opt_list *files; /* or NULL: the list */
    size_t next_file;
    int fd;
    bool owned, ended;
    const char *name;
    char *buffer; /* of the list */
    size_t at, len, room;
    uint64_t size, consumed; /* of the list in bytes; size 0: not known */
};

/* Takes --list or the arguments; RT_INVALID_ARGUMENT for both or neither. */
rt_status rt_source_open(struct rt_source *source, const struct rt_options *options, rt_error *err);
/* *entry (owned): rt_entry_free().  *got is false at the end. */
rt_status rt_source_next(struct rt_source *source, struct rt_entry *entry, bool *got,
                         rt_error *err);
/* What part of the pages was taken, in per mille; 0 where that is not known. */
unsigned rt_source_done(const struct rt_source *source);
void rt_source_close(struct rt_source *source);
void rt_entry_free(struct rt_entry *entry);

#endif
