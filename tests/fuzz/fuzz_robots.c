/* robots.txt.  Whatever it says, the file itself may be asked for, a delay is at most an hour, all
 * agents without a name get the same, and an empty file allows all.
 *
 * Input: a first line with the path, then the file. */
#include "fuzz/fuzz.h"

#include "net/robots.h"

static bool allows(rt_str file, rt_str agent, rt_str path)
{
    unsigned delay = 0;
    bool allowed = rt_robots_allows(file, agent, path, &delay);
    FUZZ_HOLDS(delay <= 3600 * 1000);
    return allowed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rt_str rest = { (const char *)data, size };
    rt_str line = fuzz_line(&rest);
    char *path_bytes = fuzz_copy(line), *file_bytes = fuzz_copy(rest);
    rt_str path = { path_bytes, line.len }, file = { file_bytes, rest.len };
    allows(file, RT_LIT("riptide"), path);
    FUZZ_HOLDS(allows(file, RT_LIT("riptide"), RT_LIT("/robots.txt")));
    FUZZ_HOLDS(allows((rt_str){ NULL, 0 }, RT_LIT("riptide"), path));
    FUZZ_HOLDS(allows(file, RT_LIT("1"), path) == allows(file, RT_LIT(""), path));
    free(path_bytes);
    free(file_bytes);
    return 0;
}
