// Scans files, folders and the git repositories in them for API keys.
//
//   Progress progress;
//   const Report report = scan({.paths = {"."}}, finder, progress);
//
// The report says what was found, and in `errors` what could not be looked at. Blocks until all is done, on as many threads
// as the options say; `progress` may be watched meanwhile.
#pragma once
#include <string>
#include <vector>

#include "scan/finder.h"
#include "scan/progress.h"
#include "scan/report.h"

namespace latchkey::scan {

struct Options {
  std::vector<std::string> paths;
  unsigned threads = 1;
  bool files = true;
  bool history = true;
  bool ignore = true;        // leave out what .gitignore does
  bool unreachable = false;  // of the history, also what no ref leads to
  bool staged = false;       // only what the index of each path has and its last commit has not
  std::string index_file;    // for that, another index than the repository's
};

Report scan(const Options& options, const Finder& finder, Progress& progress);

}  // namespace latchkey::scan
