/* version.h - the version of libriptide.
 *
 * The ABI promise: within one major version no exported function changes or goes, structs only
 * grow at the end, and numbers of statuses and modes stay. */
#ifndef RIPTIDE_VERSION_H
#define RIPTIDE_VERSION_H

#define RT_VERSION_MAJOR 0
#define RT_VERSION_MINOR 1
#define RT_VERSION_PATCH 0
#define RT_VERSION "0.1.0"

#endif
