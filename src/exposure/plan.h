// What is to be done about an exposed secret, and what people are told of it. Pure.
//
//   Plan plan = make_plan(tenant, key, exposure, done_before, now);
//   Finding finding = tell_of(key, exposure, plan);
#pragma once
#include <cstdint>
#include <string>

#include "core/api_key.h"
#include "core/exposure.h"
#include "core/tenant.h"
#include "watch/rules.h"

namespace latchkey::exposure {

enum class Step {
  kNothing,
  kRotate,
  kEndKey,
  kEndSecret,  // the key has another one that works
  kHoldBack,
};
std::string_view to_string(Step step);  // for facts: "rotate"

struct Plan {
  Step step = Step::kNothing;
  std::string sentence;  // what happens, and what people are to do
  bool acts() const { return step == Step::kRotate || step == Step::kEndKey || step == Step::kEndSecret; }
};

// The secret must be one of the key's that works. `done_before`: about this secret.
Plan make_plan(const Tenant& tenant, const ApiKey& key, const KeyExposure& exposure, ExposureAction done_before,
               Instant now);
// In place of a plan that would be too many of its kind.
Plan held_back();

watch::Finding tell_of(const ApiKey& key, const KeyExposure& exposure, const Plan& plan);
// Of a plan that could not be carried out; `why` is a sentence.
watch::Finding tell_of_failure(const ApiKey& key, const KeyExposure& exposure, const std::string& why);
// For the owners, about what was held back.
watch::Finding tell_of_many(std::int64_t acts_of_tenant, std::int64_t acts_of_all);

std::string secret_id(std::uint64_t secret);  // "sec_0123456789abcdef"

}  // namespace latchkey::exposure
