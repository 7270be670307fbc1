/* What instructions this processor has: compiled code is only good where they are the same. */
#include "host/component/cpu.h"

#include <stdio.h>
#include <sys/auxv.h>

#if defined(__x86_64__)
#include <cpuid.h>

/* The feature words of leaves 1, 7 and 0x80000001, and which registers the system saves: not the
 * words of leaf 1 that name the core which happens to run this. */
static void describe_words(char *out, size_t room)
{
    unsigned a, b, c = 0, d = 0, b7 = 0, c7 = 0, d7 = 0, a71 = 0, c8 = 0, low = 0, ignored;
    __get_cpuid(1, &a, &b, &c, &d);
    __get_cpuid_count(7, 0, &a, &b7, &c7, &d7);
    __get_cpuid_count(7, 1, &a71, &b, &ignored, &ignored);
    __get_cpuid(0x80000001u, &a, &b, &c8, &ignored);
    if (c & bit_OSXSAVE)
        __asm__("xgetbv" : "=a"(low), "=d"(ignored) : "c"(0));
    snprintf(out, room, "x86-64 %x %x %x %x %x %x %x %x", c, d, b7, c7, d7, a71, c8, low);
}
#else
static void describe_words(char *out, size_t room)
{
    snprintf(out, room, "%lx %lx", getauxval(AT_HWCAP), getauxval(AT_HWCAP2));
}
#endif

void rt_cpu_describe(char *out, size_t room) { describe_words(out, room); }
