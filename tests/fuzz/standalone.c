/* Without libFuzzer: each file that is named, and each file in each folder that is named, goes
 * through the target once. */
#include "fuzz/fuzz.h"

#include <dirent.h>

static size_t inputs;

static int run(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        return 1;
    }
    long size = ftell(file);
    char *bytes = malloc(size > 0 ? (size_t)size : 1);
    rewind(file);
    size_t len = bytes && size > 0 ? fread(bytes, 1, (size_t)size, file) : 0;
    fclose(file);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput((const uint8_t *)bytes, len);
    free(bytes);
    inputs++;
    return 0;
}

static int run_all(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return run(path);
    int failed = 0;
    const struct dirent *entry;
    while (!failed && (entry = readdir(folder)) != NULL) {
        char name[4096];
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.')
            failed = run(name);
    }
    closedir(folder);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc && !failed; i++)
        failed = run_all(argv[i]);
    if (inputs == 0)
        fprintf(stderr, "no inputs\n");
    return failed || inputs == 0;
}
