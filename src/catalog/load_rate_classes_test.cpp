#include <gtest/gtest.h>

#include "catalog/load.h"

namespace latchkey::catalog {
namespace {

LoadResult load(const std::string& settings) {
  return load_catalog(
      "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nx-latchkey:\n  version: 1\n"
      "  access_types: [{id: all, title: All, description: All., operations: all, restrictions: []}]\n" +
          settings + "paths: {/a: {get: {operationId: A}, post: {operationId: B}}, /c: {get: {operationId: C}}}\n",
      "f");
}

std::string only_mistake(const std::string& settings) {
  const LoadResult loaded = load(settings);
  EXPECT_EQ(loaded.catalog, nullptr) << settings;
  if (loaded.diagnostics.size() != 1) return fmt::format("{} mistakes in {}", loaded.diagnostics.size(), settings);
  return loaded.diagnostics[0].to_string();
}

TEST(LoadRateClasses, NamesOperationsAndTheRest) {
  const LoadResult loaded = load(
      "  rate_classes:\n"
      "    - {id: rest, limits: [{name: burst, requests: 50, window: 10s}, {name: hour, requests: 2000, window: 1h}]}\n"
      "    - {id: posts, operations: [B], limits: [{name: posts, requests: 10, window: 1s}]}\n"
      "  costs: {C: 5, A: 0}\n");
  ASSERT_NE(loaded.catalog, nullptr);
  const Catalog& catalog = *loaded.catalog;
  ASSERT_EQ(catalog.rate_classes().size(), 2u);
  EXPECT_EQ(catalog.rate_classes()[0].limits[1], (RateLimit{"hour", 2'000, 3'600'000}));
  EXPECT_EQ(catalog.find_operation("A")->rate_class, 0);
  EXPECT_EQ(catalog.find_operation("B")->rate_class, 1);
  EXPECT_EQ(catalog.find_operation("C")->cost, 5u);
  EXPECT_EQ(catalog.find_operation("A")->cost, 0u);
  EXPECT_EQ(catalog.find_operation("B")->cost, 1u);
}

TEST(LoadRateClasses, WithoutOneForTheRestOthersAreNotLimited) {
  const LoadResult loaded =
      load("  rate_classes: [{id: posts, operations: [B], limits: [{name: p, requests: 1, window: 1m}]}]\n");
  ASSERT_NE(loaded.catalog, nullptr);
  EXPECT_EQ(loaded.catalog->find_operation("A")->rate_class, kNoRateClass);
  EXPECT_EQ(load("").catalog->find_operation("A")->rate_class, kNoRateClass);
}

TEST(LoadRateClasses, TheShippedCatalogHasTheLimitsOfItsApi) {
  const auto loaded = load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
  ASSERT_NE(loaded.catalog, nullptr);
  const auto limits_of = [&](std::string_view operation) {
    return loaded.catalog->rate_classes()[loaded.catalog->find_operation(operation)->rate_class].limits;
  };
  EXPECT_EQ(limits_of("GetAllActions"), (std::vector<RateLimit>{{"default", 50, 10'000}}));
  EXPECT_EQ(limits_of("SendFinalizedTransactionalMail"), limits_of("GetAllActions"));
  EXPECT_EQ(limits_of("SendTransactionalMail"), (std::vector<RateLimit>{{"transactional-mail", 10, 1'000}}));
}

TEST(LoadRateClasses, TellsHowFarAKeyMayRaiseALimit) {
  const LoadResult loaded = load(
      "  rate_classes: [{id: a, limits: [{name: burst, requests: 50, window: 10s, most: 500}, {name: hour, requests: "
      "900, window: "
      "1h}]}]\n");
  ASSERT_NE(loaded.catalog, nullptr);
  EXPECT_EQ(loaded.catalog->rate_classes()[0].most, (std::vector<std::uint64_t>{500, 900}));
}

TEST(LoadRateClasses, SaysWhatIsWrong) {
  const auto one_class = [](const std::string& rest) { return "  rate_classes: [{id: a, " + rest + "}]\n"; };
  const auto one_limit = [&](const std::string& limit) { return one_class("limits: [" + limit + "]"); };
  const std::pair<std::string, std::string> cases[] = {
      {"  rate_classes: [5]\n", "must be a mapping, such as {id: default"},
      {"  rate_classes: [{id: a}]\n", "needs \"limits\""},
      {one_class("limits: []"), "must have one to 4 limits"},
      {one_limit("{name: A, requests: 1, window: 1s}"), "lower-case letters"},
      {one_limit("{name: a, requests: 0, window: 1s}"), "whole number from 1"},
      {one_limit("{name: a, requests: -4, window: 1s}"), "whole number from 1"},
      {one_limit("{name: a, requests: 5, window: 1m, most: 4}"), "whole number from 5 to 1000000000"},
      {one_limit("{name: a, requests: 5, window: 1m, most: lots}"), "how far a key may raise the limit \"a\""},
      {one_limit("{name: a, requests: 5, window: 10}"), "such as 10s, 15m or 1h"},
      {one_limit("{name: a, requests: 5, window: 25h}"), "up to a day"},
      {one_limit("{name: a, requests: 5, window: 99999999999999999999s}"), "up to a day"},
      {one_limit("{name: a, requests: 5, window: 1m}, {name: b, requests: 9, window: 60s}"), "over the same time"},
      {one_limit("{name: a, requests: 5, window: 1m}, {name: a, requests: 9, window: 2m}"), "two limits named a"},
      {one_class("operations: [X], limits: [{name: a, requests: 5, window: 1m}]"), "There is no operation \"X\""},
      {one_class("operations: [A, A], limits: [{name: a, requests: 5, window: 1m}]"),
       "A is in a rate class already, in line 6"},
      {"  costs: {X: 1}\n", "There is no operation \"X\""},
      {"  costs: {A: -1}\n", "whole number from 0"},
      {one_limit("{name: a, requests: 5, window: 1m}") + "  costs: {A: 6}\n", "it could never be called"},
      {"  rate_classes: [{id: a, limits: [{name: a, requests: 5, window: 1m}]}, {id: b, limits: [{name: a, requests: "
       "5, window: 1m}]}]\n",
       "only one can be for the rest"},
  };
  for (const auto& [settings, expected] : cases) {
    const std::string got = only_mistake(settings);
    EXPECT_NE(got.find(expected), std::string::npos) << settings << "\n  " << got;
  }
}

}  // namespace
}  // namespace latchkey::catalog
