/* Found out at the start: every https page would fail later, each by itself. */
#include "net/ca_file.h"

#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* As OpenSSL knows them (PEM_X509_INFO_read_bio()), with what follows BEGIN and END. */
static const char *const labels[] = {
    " CERTIFICATE-----",
    " TRUSTED CERTIFICATE-----",
    " X509 CERTIFICATE-----",
};

/* Which label a line has behind that word, or -1. */
static int label_of(const char *line, const char *word)
{
    size_t len = strlen(word);
    if (strncmp(line, word, len) != 0)
        return -1;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (strncmp(line + len, labels[i], strlen(labels[i])) == 0)
            return (int)i;
    return -1;
}

/* One that is there from its first line to its last. */
static bool has_certificate(FILE *file)
{
    char line[256];
    bool at_start = true;
    int begun = -1;
    while (fgets(line, sizeof line, file)) {
        int begins = at_start ? label_of(line, "-----BEGIN") : -1;
        if (begins >= 0)
            begun = begins;
        else if (at_start && begun >= 0 && label_of(line, "-----END") == begun)
            return true;
        at_start = strchr(line, '\n') != NULL;
    }
    return false;
}

static rt_status refuse(const char *path, rt_error *err)
{
    return rt_fail(err, RT_IO_ERROR, "certificates in %.200s: %s", path, strerror(errno));
}

rt_status rt_ca_file_check(const char *path, rt_error *err)
{
    struct stat is;
    if (stat(path, &is) != 0)
        return refuse(path, err);
    if (!S_ISREG(is.st_mode))
        return rt_fail(err, RT_INVALID_SETTING, "certificates in %.200s: expected a regular file",
                       path);
    FILE *file = fopen(path, "rbe");
    if (!file)
        return refuse(path, err);
    bool found = has_certificate(file), failed = ferror(file) != 0;
    rt_status s = failed ? refuse(path, err) : RT_OK;
    fclose(file);
    if (!failed && !found)
        s = rt_fail(err, RT_INVALID_SETTING,
                    "certificates in %.200s: expected PEM, -----BEGIN CERTIFICATE----- to "
                    "-----END CERTIFICATE-----",
                    path);
    return s;
}
