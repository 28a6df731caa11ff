#!/usr/bin/env python3
"""Each rule of tools/tidy: what it finds, and what it leaves alone."""
import pathlib
import sys
import tempfile
import textwrap
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from tidy_rules import (  # noqa: E402
    calls,
    clock,
    cxx,
    dead_files,
    dependencies,
    leftovers,
    libraries,
    places,
    reasons,
    rooms,
    secrets,
    size,
    text,
)
from tidy_rules.repository import Repository, tracked  # noqa: E402


class RuleTest(unittest.TestCase):
    def found(self, rule, files):
        """(path, line, message) of every finding of the rule over a repository of these files."""
        with tempfile.TemporaryDirectory() as folder:
            for path, content in files.items():
                target = pathlib.Path(folder) / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(content, encoding="utf-8")
            return [(f.path, f.line, f.message) for f in rule.findings(Repository(folder, list(files)))]

    def assert_breaks(self, rule, files, line=None, says=""):
        found = self.found(rule, files)
        self.assertEqual(len(found), 1, found)
        if line:
            self.assertEqual(found[0][1], line)
        self.assertIn(says, found[0][2])

    def assert_holds(self, rule, files):
        self.assertEqual(self.found(rule, files), [])


class Rooms(RuleTest):
    def test_an_inner_room_may_not_see_an_outer_one(self):
        self.assert_breaks(rooms, {"src/core/a.cpp": '\n#include "guard/gateway.h"\n'}, line=2, says="core may not include")

    def test_what_a_room_is_built_on_brings_what_that_is_built_on(self):
        self.assert_holds(rooms, {"src/guard/a.cpp": '#include "base/error.h"\n#include "core/ip.h"\n'})

    def test_the_check_sees_neither_store_nor_net_nor_api(self):
        for included in ("store/key_store.h", "net/http.h", "api/problem.h"):
            self.assert_breaks(rooms, {"src/check/a.h": f'#include "{included}"\n'}, says="check may not include")

    def test_only_the_composition_root_names_an_adapter(self):
        self.assert_breaks(rooms, {"src/api/a.cpp": '#include "store/sqlite/sqlite_store.h"\n'}, says="adapter")
        self.assert_holds(rooms, {"src/app/a.cpp": '#include "store/sqlite/sqlite_store.h"\n'})
        self.assert_holds(rooms, {"src/lifecycle/a_test.cpp": '#include "store/sqlite/sqlite_store.h"\n'})

    def test_a_commented_include_is_none(self):
        self.assert_holds(rooms, {"src/core/a.cpp": '// #include "guard/gateway.h"\n'})

    def test_a_folder_that_is_no_room_is_found(self):
        self.assert_breaks(rooms, {"src/util/a.cpp": ""}, says="no room")

    def test_the_table_in_architecture_has_to_agree(self):
        files = {"src/core/a.cpp": "", "ARCHITECTURE.md": "| `src/core/` | values | net |\n"}
        self.assert_breaks(rooms, files, line=1, says="built on base")
        files["ARCHITECTURE.md"] = "| `src/core/` | values | base |\n"
        self.assert_holds(rooms, files)

    def test_no_room_is_built_on_itself_through_others(self):
        for room in rooms.BUILT_ON:
            for below in rooms.BUILT_ON[room]:
                self.assertNotIn(room, rooms.permitted(below))


class Libraries(RuleTest):
    def test_boost_is_for_net_only(self):
        self.assert_breaks(libraries, {"src/guard/a.cpp": "#include <boost/asio.hpp>\n"}, says="src/net/")
        self.assert_holds(libraries, {"src/net/a.cpp": "#include <boost/asio.hpp>\n"})

    def test_sql_stays_in_its_adapter(self):
        self.assert_breaks(libraries, {"src/store/a.cpp": "#include <sqlite3.h>\n"}, says="src/store/sqlite/")

    def test_the_check_has_no_json_library(self):
        for header in ("nlohmann/json.hpp", "simdjson.h"):
            self.assert_breaks(libraries, {"src/check/a.cpp": f"#include <{header}>\n"})


class Calls(RuleTest):
    def test_banned_calls_are_found_with_their_replacement(self):
        for call, instead in (
            ("strcpy(a, b);", "std::string"),
            ("std::sprintf(a, b);", "fmt::format"),
            ("int n = atoi(s);", "std::from_chars"),
            ("rand();", "base/random.h"),
            ("std::system(s);", "posix_spawn"),
            ("std::regex r(s);", "scanner"),
            ("thread.detach();", "joins"),
            ("std::format(s);", "libstdc++ 12"),
        ):
            self.assert_breaks(calls, {"src/core/a.cpp": f"void f() {{\n  {call}\n}}\n"}, line=2, says=instead)

    def test_members_comments_and_literals_are_left_alone(self):
        self.assert_holds(
            calls,
            {"src/core/a.cpp": 'x.system(1); y->rand(); my_atoi(s); // strcpy(a, b)\nauto s = "gets(x)";\nauto r = R"(atoi(x))";\n'},
        )

    def test_a_stated_reason_waives(self):
        self.assert_holds(calls, {"src/core/a.cpp": "// tidy: the library's interface leaves no other way\nsystem(s);\n"})
        self.assert_breaks(calls, {"src/core/a.cpp": "// tidy: why not\nsystem(s);\n"})


class Clock(RuleTest):
    def test_time_is_read_in_base_and_net_only(self):
        line = "auto t = std::chrono::system_clock::now();\n"
        self.assert_breaks(clock, {"src/check/a.cpp": line}, says="parameter")
        self.assert_breaks(clock, {"src/check/a_test.cpp": line}, says="parameter")
        self.assert_holds(clock, {"src/base/clock.cpp": line, "tests/server/a_test.cpp": line})

    def test_asking_a_clock_is_how_it_is_done(self):
        self.assert_holds(clock, {"src/check/a.cpp": "const Instant now = clock_.now();\n"})

    def test_no_test_sleeps(self):
        for path in ("tests/server/a_test.cpp", "src/net/a_test.cpp", "src/guard/a.cpp"):
            self.assert_breaks(clock, {path: "std::this_thread::sleep_for(1ms);\n"}, says="sleeps")


class Size(RuleTest):
    def function(self, body_lines):
        return "int f(int a,\n      int b) {\n" + "  g();\n" * body_lines + "}\n"

    def test_a_function_of_71_lines_is_too_long(self):
        self.assert_breaks(size, {"src/core/a.cpp": self.function(68)}, line=1, says="71 lines")
        self.assert_holds(size, {"src/core/a.cpp": self.function(67)})

    def test_a_reason_before_it_waives(self):
        self.assert_holds(size, {"src/core/a.cpp": "// tidy: the whole decision on one page\n" + self.function(90)})

    def test_a_file_of_501_lines_is_too_long(self):
        self.assert_breaks(size, {"src/core/a.h": "int x;\n" * 501}, line=1, says="501 lines")
        self.assert_holds(size, {"src/core/a.h": "// tidy: a table that is read as one\n" + "int x;\n" * 500})

    def functions(self, source):
        return list(cxx.functions(cxx.blanked(textwrap.dedent(source)).splitlines()))

    def test_functions_are_found_where_they_begin_and_end(self):
        source = """\
            namespace a {
            struct S : B {
              S(int x) : x_{x},
                         y_{f(x), {}} {
                g();
              }
              int h() const noexcept { return x_; }
              int x_ = {1};
            };
            constexpr int kTable[] = {f(1),
              2};
            template <typename T>
            auto operator==(const T& l, const T& r) -> bool {
              if (l) { return "}"; }
              auto inner = [&](int x) { return '}'; };
              return 1'000;
            }
            }  // namespace a
            """
        self.assertEqual(self.functions(source), [(3, 6), (7, 7), (12, 17)])

    def test_a_default_argument_makes_no_variable(self):
        self.assertEqual(self.functions("void f(int a = 1) {\n}\n"), [(1, 2)])


class DeadFiles(RuleTest):
    def test_a_source_that_no_cmake_file_names_is_dead(self):
        files = {"src/core/a.cpp": "", "src/core/b.cpp": "", "src/core/CMakeLists.txt": "room(core\n  SOURCES a.cpp)\n"}
        self.assert_breaks(dead_files, files, says="never compiled")
        self.assertEqual(self.found(dead_files, files)[0][0], "src/core/b.cpp")

    def test_a_name_in_a_comment_builds_nothing(self):
        self.assert_breaks(dead_files, {"src/a.cpp": "", "src/CMakeLists.txt": "# a.cpp\n"})

    def test_folders_and_the_top_of_the_sources_are_understood(self):
        cmake = "add_library(x sqlite/a.cpp ${CMAKE_SOURCE_DIR}/cmake/pch.cpp ${CMAKE_CURRENT_SOURCE_DIR}/b.cpp)\n"
        self.assert_holds(
            dead_files, {"src/store/sqlite/a.cpp": "", "src/store/b.cpp": "", "cmake/pch.cpp": "", "src/store/CMakeLists.txt": cmake}
        )

    def test_a_header_that_nothing_includes_is_dead(self):
        self.assert_breaks(dead_files, {"src/core/a.h": ""}, says="nothing includes it")
        cpp = {"src/core/a.cpp": '#include "core/a.h"\n', "src/core/CMakeLists.txt": "a.cpp"}
        self.assert_holds(dead_files, {"src/core/a.h": "", **cpp})


class Reasons(RuleTest):
    SOURCE = 'case A: return {"missing_key", 401, "x"};\ncase B: return {"key_revoked", 401, "x"};\n'

    def files(self, document, contract):
        return {reasons.SOURCE: self.SOURCE, reasons.DOCUMENT: document, reasons.CONTRACT: contract}

    def test_each_code_has_a_row_and_a_place_in_the_contract(self):
        both = "| 1 | `missing_key` | 401 |\n| 4 | `key_revoked` | 401 |\n"
        self.assert_holds(reasons, self.files(both, "enum: [missing_key, key_revoked]\n"))
        self.assert_breaks(reasons, self.files("| 1 | `missing_key` | 401 |\n", "missing_key key_revoked"), says="row for key_revoked")
        self.assert_breaks(reasons, self.files(both, "missing_key"), says="does not name key_revoked")

    def test_a_documented_code_has_to_exist(self):
        document = "| 1 | `missing_key` | 401 |\n| 4 | `key_revoked` | 401 |\n| 4 | `key_eaten` | 401 |\n"
        self.assert_breaks(reasons, self.files(document, "missing_key key_revoked"), line=3, says="key_eaten")

    def test_a_source_of_another_shape_is_no_reason_to_be_content(self):
        files = self.files("", "")
        files[reasons.SOURCE] = "nothing here\n"
        self.assert_breaks(reasons, files, says="no reason code was found")

    def test_missing_files_are_named(self):
        self.assertEqual(len(self.found(reasons, {"README.md": ""})), 3)


class Dependencies(RuleTest):
    FILES = {
        dependencies.DEBIAN: "# a comment\nbuild mold 1.10 linker\n",
        dependencies.PYTHON: "pytest>=9\n",
        "tests/requirements.txt": "",
        "console/package.json": '{"devDependencies": {\n"@types/node": "^20"}}\n',
        "console/package-lock.json": "{}",
    }

    def test_every_package_that_is_asked_for_is_explained(self):
        self.assert_holds(dependencies, {**self.FILES, dependencies.DOCUMENT: "`mold`, `pytest`, `@types/node`\n"})
        found = self.found(dependencies, {**self.FILES, dependencies.DOCUMENT: "mold\n"})
        self.assertEqual(sorted((path, line) for path, line, _ in found), [
            ("console/package.json", 2), (dependencies.PYTHON, 1), (dependencies.DEBIAN, 2)])

    def test_what_is_asked_for_is_locked(self):
        self.assert_breaks(dependencies, {"console/package.json": "{}"}, says="package-lock.json")


class Words(RuleTest):
    def test_leftover_markers(self):
        self.assert_breaks(leftovers, {"docs/a.md": "fine\nTO" + "DO: more\n"}, line=2)
        self.assert_holds(leftovers, {"docs/a.md": "todo lists and methods\n"})

    def test_paths_of_a_machine(self):
        for path in ("/ro" + "ot/x", "/ho" + "me/anna", "/wo" + "rk/main"):
            self.assert_breaks(places, {"docs/a.md": f"see {path}\n"}, says=path[:5])
        for path in ("docs/work/main", "./home/x", "https://a.example/home/x", "$HOME/root/x"):
            self.assert_holds(places, {"docs/a.md": f"see {path}\n"})

    def test_registries(self):
        for host in ("registry.npmjs" + ".org", "files.pythonhosted" + ".org", "deb.debian" + ".org"):
            self.assert_breaks(places, {"console/package-lock.json": f'"resolved": "https://{host}/x"\n'}, says="registry")

    def test_text_form(self):
        self.assert_breaks(text, {"a.md": "x"}, says="newline")
        self.assert_breaks(text, {"a.md": "x \n"}, says="space")
        self.assert_breaks(text, {"a.sh": "\tx\n"}, says="tab")
        self.assert_breaks(text, {"a.md": "x\u202ey\n"}, says="not seen")


class Secrets(RuleTest):
    LEAD = "lk_live_" + "A1b2C3d4" * 4

    def test_a_key_that_would_pass_is_found_outside_tests(self):
        key = self.LEAD + secrets.checksum(self.LEAD)
        self.assert_breaks(secrets, {"docs/a.md": f"send {key} along\n"}, says="API key")
        self.assert_breaks(secrets, {"src/cli/a.cpp": f'"{key}"\n'})
        self.assert_holds(secrets, {"src/check/a_test.cpp": f'"{key}"\n', "tests/e2e/test_a.py": key + "\n"})

    def test_a_made_up_one_is_none(self):
        self.assert_holds(secrets, {"docs/a.md": self.LEAD + "000000\n"})

    def test_the_checksum_is_that_of_zlib_in_base_62(self):
        # Worked out by hand: CRC-32 of "123456789" is 0xCBF43926.
        value = 0xCBF43926
        digits = [value // 62**n % 62 for n in range(5, -1, -1)]
        alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        self.assertEqual(secrets.checksum("123456789"), "".join(alphabet[digit] for digit in digits))


class Tracked(unittest.TestCase):
    def test_without_git_build_output_is_left_out(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("a.md", "build/x.md", "console/node_modules/y.md"):
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("")
            self.assertEqual(tracked(pathlib.Path(folder)), ["a.md"])


if __name__ == "__main__":
    unittest.main(verbosity=1)
