// Who may report leaks, and whether a report is theirs: GitHub's secret scanning, if it is let in, and scanners that share a
// secret with this server. Thread-safe; may block while GitHub's keys are fetched.
//
//   ReportSigners signers(&github_keys, std::move(scanners), clock);
//   const auto signer = signers.signer_of({.body = body, .scanner = "ci", .scanner_signature = "t=...,v1=..."});
//   if (!signer) refuse();                     // whatever was wrong with it
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"
#include "exposure/github_keys.h"

namespace latchkey::exposure {

inline constexpr std::string_view kGithub = "github";  // no scanner can have this name

// Fields that were not sent are empty.
struct SignedReport {
  std::string_view body = {};  // as it came
  std::string_view github_key = {}, github_signature = {};
  std::string_view scanner = {}, scanner_signature = {};
};

// 1 to 40 of [a-z0-9_-], not "github". The message says so.
Result<void> check_scanner_name(std::string_view name);

class ReportSigners {
 public:
  using Scanners = std::map<std::string, Secret, std::less<>>;
  // `github` null: GitHub is not let in.
  ReportSigners(GithubKeys* github, Scanners scanners, const Clock& clock)
      : github_(github), scanners_(std::move(scanners)), clock_(clock) {}

  // Whether anybody may report anything.
  bool any() const { return github_ != nullptr || !scanners_.empty(); }
  // Nothing for a report that nobody has signed, or two have.
  std::optional<std::string> signer_of(const SignedReport& report) const;

 private:
  GithubKeys* const github_;
  const Scanners scanners_;
  const Clock& clock_;
};

}  // namespace latchkey::exposure
