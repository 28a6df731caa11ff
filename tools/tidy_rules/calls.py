"""No call that has a safer replacement."""
import re

from .repository import Finding, is_test

NAME = "calls"

# A pattern over code without comments and literals, what to do instead, and whether tests are held to it too.
_CALL = r"(?<![\w.>:])(?:std::|::)?"
BANNED = [
    (_CALL + r"(strcpy|strcat|stpcpy|strncpy|strncat)\s*\(", "std::string, or a span and std::copy", True),
    (_CALL + r"v?sprintf\s*\(", "fmt::format", True),
    (_CALL + r"v?snprintf\s*\(", "fmt::format_to_n", False),
    (_CALL + r"(gets|scanf|sscanf|fscanf)\s*\(", "std::from_chars over a bounded read", True),
    (_CALL + r"(atoi|atol|atoll|atof|strtol|strtoul|strtoll|strtoull|strtod)\s*\(", "std::from_chars, which tells of bad input", False),
    (r"\bstd::sto(i|l|ll|ul|ull|f|d)\s*\(", "std::from_chars, which does not throw", False),
    (_CALL + r"(random|drand48)\s*\(\s*\)", "base/random.h", True),
    (_CALL + r"(s?rand|rand_r|srandom)\s*\(", "base/random.h", True),
    (r"\bstd::random_device\b", "base/random.h", True),
    (_CALL + r"(system|popen)\s*\(", "nothing here runs a shell; posix_spawn with an argument list if it must be", True),
    (r"\bstd::w?regex\b", "a scanner of its own: std::regex recurses, and its time is not bounded by its input", True),
    (_CALL + r"(strtok|strtok_r)\s*\(", "std::string_view and find", True),
    (_CALL + r"(tmpnam|tempnam|mktemp)\s*\(", "mkstemp or mkdtemp", True),
    (_CALL + r"(localtime|gmtime|ctime|asctime|localtime_r|gmtime_r|mktime)\s*\(", "base/clock.h", True),
    (_CALL + r"(alloca|setjmp|longjmp)\s*\(", "a bounded buffer; an Error", True),
    (r"\bstd::(format|vformat)\s*\(", "fmt::format: libstdc++ 12 has no std::format", True),
    (r"\bstd::endl\b", "'\\n'", True),
    (r"\bstd::async\b", "net/loop.h's WorkerPool, or a std::jthread that somebody joins", False),
    (r"\.detach\s*\(\s*\)", "a thread that somebody joins, in a stated order", True),
    (r"\bstd::(cout|cerr|clog)\b", "base/log.h; what commands print goes through fmt::print", False),
    (r"\bstd::getenv\s*\(|(?<![\w.>:])getenv\s*\(", "configuration, which enters in app and cli", False),
]
_COMPILED = [(re.compile(pattern), instead, tests_too) for pattern, instead, tests_too in BANNED]
# Where the outermost world is read, and so the environment.
ENVIRONMENT_READERS = ("src/app/", "src/cli/", "bench/")


def findings(repo):
    for path in repo.cxx("src/", "tests/", "examples/", "bench/"):
        test = is_test(path)
        for number, line in enumerate(repo.code(path), 1):
            for pattern, instead, tests_too in _COMPILED:
                match = pattern.search(line)
                if not match or (test and not tests_too) or repo.waived(path, number):
                    continue
                name = match.group(0).strip("( \t.)")
                if "getenv" in name and path.startswith(ENVIRONMENT_READERS):
                    continue
                yield Finding(path, number, f"{name} is not used here; instead: {instead}")
