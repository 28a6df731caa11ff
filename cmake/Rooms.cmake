# latchkey_room(NAME SOURCES ... [TESTS ...] [USES rooms...] [LINKS libraries...])
# One static library per room, named lk_NAME. Unit tests sit beside the code; all of them link into one `unit_tests`.

# The precompiled header has a target of its own, without the definitions that some rooms' libraries bring along: a
# header compiled with them could not be reused by the others.
add_library(lk_pch OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
target_precompile_headers(lk_pch PRIVATE ${CMAKE_SOURCE_DIR}/src/base/pch.h)

# Tests have one with GoogleTest in it, which is half of what compiling a small test costs clang. It is no gain with g++.
# Nor are tests optimized, which is half of what they cost; the libraries that they test are, as the preset says. With g++
# both share one header, which has to be compiled with the same flags. _FORTIFY_SOURCE wants a compiler that optimizes.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set(LATCHKEY_TEST_OPTIONS -O0 -U_FORTIFY_SOURCE)
  add_library(lk_test_pch OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
  target_link_libraries(lk_test_pch PRIVATE GTest::gmock)
  target_compile_options(lk_test_pch PRIVATE ${LATCHKEY_TEST_OPTIONS})
  target_precompile_headers(lk_test_pch PRIVATE ${CMAKE_SOURCE_DIR}/src/base/pch.h <gmock/gmock.h> <gtest/gtest.h>)
  set(LATCHKEY_TEST_PCH lk_test_pch)
else()
  set(LATCHKEY_TEST_OPTIONS "")
  set(LATCHKEY_TEST_PCH lk_pch)
endif()

set_property(GLOBAL PROPERTY LATCHKEY_TESTS "")
set_property(GLOBAL PROPERTY LATCHKEY_TEST_ROOMS "")

function(latchkey_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;TESTS;USES;LINKS" ${ARGN})
  add_library(lk_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(lk_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ROOM_USES PREPEND lk_)
  target_link_libraries(lk_${name} PUBLIC ${ROOM_USES} PRIVATE ${ROOM_LINKS})
  target_precompile_headers(lk_${name} REUSE_FROM lk_pch)
  latchkey_add_tests(lk_${name} ${ROOM_TESTS})
endfunction()

# Adds test files of the current folder, and the library that they test, to unit_tests.
function(latchkey_add_tests library)
  set(tests ${ARGN})
  list(TRANSFORM tests PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  set_property(GLOBAL APPEND PROPERTY LATCHKEY_TESTS ${tests})
  set_property(GLOBAL APPEND PROPERTY LATCHKEY_TEST_ROOMS ${library})
endfunction()

function(latchkey_unit_tests)
  get_property(tests GLOBAL PROPERTY LATCHKEY_TESTS)
  get_property(rooms GLOBAL PROPERTY LATCHKEY_TEST_ROOMS)
  add_executable(unit_tests ${tests})
  target_compile_options(unit_tests PRIVATE ${LATCHKEY_TEST_OPTIONS})
  target_precompile_headers(unit_tests REUSE_FROM ${LATCHKEY_TEST_PCH})
  target_link_libraries(unit_tests PRIVATE ${rooms} GTest::gmock GTest::gtest_main nlohmann_json::nlohmann_json
                        SQLite::SQLite3 PkgConfig::libpq Threads::Threads)
  target_compile_definitions(unit_tests PRIVATE LATCHKEY_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
endfunction()
