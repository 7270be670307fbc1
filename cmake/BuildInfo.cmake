# RIPTIDE_BUILD_INFO: definitions with the commit and the time of the build, as far as they are
# known.  SOURCE_DATE_EPOCH or else the commit's own time: the same sources give the same bytes.
set(RIPTIDE_BUILD_INFO "")
set(commit "")
set(epoch "$ENV{SOURCE_DATE_EPOCH}")

find_package(Git QUIET)
if(GIT_FOUND AND EXISTS "${PROJECT_SOURCE_DIR}/.git")
    execute_process(COMMAND ${GIT_EXECUTABLE} log -1 --format=%H:%ct
        WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE head ERROR_QUIET
        OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(head MATCHES "^([0-9a-f]+):([0-9]+)$")
        set(commit "${CMAKE_MATCH_1}")
        if(epoch STREQUAL "")
            set(epoch "${CMAKE_MATCH_2}")
        endif()
        execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --git-path logs/HEAD
            WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE log
            OUTPUT_STRIP_TRAILING_WHITESPACE)
        get_filename_component(log "${log}" ABSOLUTE BASE_DIR "${PROJECT_SOURCE_DIR}")
        if(EXISTS "${log}")     # a new commit configures again
            set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${log}")
        endif()
    endif()
endif()

if(commit)
    list(APPEND RIPTIDE_BUILD_INFO "-DRT_GIT_COMMIT=\"${commit}\"")
endif()
if(NOT epoch STREQUAL "")
    set(kept "$ENV{SOURCE_DATE_EPOCH}")
    set(ENV{SOURCE_DATE_EPOCH} "${epoch}")
    string(TIMESTAMP built "%Y-%m-%dT%H:%M:%SZ" UTC)
    if(kept STREQUAL "")    # clang refuses an empty one
        unset(ENV{SOURCE_DATE_EPOCH})
    else()
        set(ENV{SOURCE_DATE_EPOCH} "${kept}")
    endif()
    list(APPEND RIPTIDE_BUILD_INFO "-DRT_BUILD_TIME=\"${built}\"")
endif()
