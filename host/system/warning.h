#ifndef RT_HOST_WARNING_H
#define RT_HOST_WARNING_H

/* What did not go as wished while an engine opened, for people; several are parted by "; ". */
struct rt_warning {
    char text[512];
};

void rt_warn(struct rt_warning *warning, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), cold));

#endif
