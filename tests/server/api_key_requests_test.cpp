// Request links through the management API: the tenant's side, and the stranger's.
#include "api_fixture.h"

namespace latchkey::api {
namespace {

using nlohmann::json;

class ApiKeyRequests : public ApiFixture {
 protected:
  struct Link {
    std::string id, token;
  };
  std::string links(const Tenant* tenant = nullptr) const {
    return "/v1/tenants/" + (tenant == nullptr ? ours : *tenant).id.to_string() + "/request-links";
  }
  Link make_link(const json& body = json::object()) {
    const ApiAnswer made = as(operator_key, "POST", links(), body.dump());
    EXPECT_EQ(made.status, 201) << made.body;
    const std::string url = made.json()["url"];
    return {made.json()["id"], url.substr(url.find('#') + 1)};
  }
  static json asked() {
    return {{"asker", "Sam Stranger"},
            {"contact_email", "sam@partner.example"},
            {"application", "Template sync"},
            {"restrictions", {{"operations", {"GetChannelTemplates"}}, {"channels", {505}}}}};
  }
  ApiAnswer form(const Link& link) {
    return ask("GET", "/v1/request-links/" + link.id, {{"Request-Link-Token", link.token}});
  }
  ApiAnswer submit(const Link& link, const std::string& body) {
    return ask("POST", "/v1/request-links/" + link.id + "/submit",
               {{"Request-Link-Token", link.token}, {"Content-Type", "application/json"}}, body);
  }
  ApiAnswer act(const Link& link, const std::string& action, const json& body = json::object()) {
    return as(operator_key, "POST", links() + "/" + link.id + "/" + action, body.dump());
  }
  static json draft() {
    return {{"nickname", "Template sync"},
            {"contact_email", "sam@partner.example"},
            {"access_type", "integrations"},
            {"restrictions", {{"operations", {"GetChannelTemplates"}}}}};
  }
};

TEST_F(ApiKeyRequests, TheTokenIsShownOnceAndNowhereElse) {
  const Link link = make_link({{"note", "Hello"}});
  EXPECT_EQ(link.token.size(), 64u);
  for (const ApiAnswer& answer :
       {as(operator_key, "GET", links()), as(operator_key, "GET", links() + "/" + link.id), form(link)}) {
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.find(link.token), std::string::npos);
  }
}

TEST_F(ApiKeyRequests, AFormOffersWhatThirdPartiesMayAskFor) {
  Tenant narrow = ours;
  narrow.enabled_channels = {"504", "505"};
  ASSERT_TRUE(store->update_tenant(narrow));
  const json offer = form(make_link()).json();
  EXPECT_EQ(offer["account"], "Ours");
  EXPECT_EQ(offer["status"], "open");
  std::size_t operations = 0;
  for (const json& group : offer["offer"]["groups"]) operations += group["operations"].size();
  EXPECT_EQ(operations, loaded.catalog->find_access_type("integrations")->operations.count());
  EXPECT_EQ(offer["offer"]["channels"].size(), 2u);
  EXPECT_EQ(offer["offer"]["attributes"].size(), loaded.catalog->attributes().size());
  EXPECT_FALSE(offer.contains("tenant_id"));
}

TEST_F(ApiKeyRequests, WithoutTheRightTokenThereIsNothingWhateverIsSent) {
  const Link link = make_link();
  const Fields same = {{"X-Request-Id", "same"}};
  std::vector<std::string> bodies;
  for (const std::string& id :
       {link.id, std::string("krq_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5"), std::string("x"), std::string("%2e")}) {
    for (const std::string& token : {std::string(), std::string("x"), std::string(64, '0')}) {
      Fields fields = same;
      if (!token.empty()) fields.emplace_back("Request-Link-Token", token);
      const ApiAnswer read = ask("GET", "/v1/request-links/" + id, fields);
      const ApiAnswer sent = ask("POST", "/v1/request-links/" + id + "/submit", fields, "{");
      EXPECT_EQ(read.status, 404);
      EXPECT_EQ(sent.status, 404);
      bodies.push_back(read.body);
      bodies.push_back(sent.body);
    }
  }
  for (const std::string& body : bodies) EXPECT_EQ(body, bodies[0]);
}

TEST_F(ApiKeyRequests, WhatIsSentIsADraftThatTheTenantSees) {
  const Link link = make_link();
  const ApiAnswer sent = submit(link, asked().dump());
  ASSERT_EQ(sent.status, 200) << sent.body;
  EXPECT_EQ(sent.json()["status"], "submitted");
  EXPECT_EQ(sent.body.find("sam@partner.example"), std::string::npos) << "the link shows nobody what was filled in";
  const json seen = as(person(ours, Role::kViewer), "GET", links() + "/" + link.id).json();
  EXPECT_EQ(seen["asked"]["asker"], "Sam Stranger");
  EXPECT_EQ(seen["asked"]["restrictions"]["channels"], json({505}));
  EXPECT_EQ(seen["asked"]["organisation"], nullptr);
  EXPECT_EQ(as(operator_key, "GET", keys_path(ours)).json()["total"], 0);
}

TEST_F(ApiKeyRequests, BodiesAreBoundedAndStrict) {
  const Link link = make_link();
  EXPECT_EQ(submit(link, "{\"asker\":\"" + std::string(65 * 1024, 'x') + "\"}").status, 413);
  EXPECT_EQ(submit(link, "[]").status, 400);
  json more = asked();
  more["nickname"] = "x";
  more.erase("asker");
  const ApiAnswer wrong = submit(link, more.dump());
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(wrong.json()["errors"].size(), 2u) << wrong.body;
  EXPECT_EQ(form(link).json()["status"], "open");
}

TEST_F(ApiKeyRequests, ActivationMakesOneKey) {
  const Link link = make_link();
  EXPECT_EQ(act(link, "activate", draft()).status, 409);
  ASSERT_EQ(submit(link, asked().dump()).status, 200);
  const ApiAnswer made = act(link, "activate", draft());
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.json()["hand_over"]["kind"], "link");
  EXPECT_FALSE(made.json().contains("secret"));
  const ApiAnswer again = act(link, "activate", draft());
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.field("Idempotent-Replayed"), "true");
  EXPECT_EQ(again.json()["id"], made.json()["id"]);
  const json seen = as(operator_key, "GET", links() + "/" + link.id).json();
  EXPECT_EQ(seen["status"], "activated");
  EXPECT_EQ(seen["key_id"], made.json()["id"]);
  EXPECT_EQ(form(link).json()["offer"], nullptr);
  EXPECT_EQ(submit(link, asked().dump()).status, 409);
}

TEST_F(ApiKeyRequests, TheAdminMayHaveTheSecretShown) {
  const Link link = make_link();
  ASSERT_EQ(submit(link, asked().dump()).status, 200);
  json shown = draft();
  shown["hand_over"] = {{"kind", "show"}};
  EXPECT_TRUE(act(link, "activate", shown).json().contains("secret"));
}

TEST_F(ApiKeyRequests, AnotherTenantsLinkIsTheSame404AsNoLink) {
  const Link link = make_link();
  const Fields same = {{"X-Request-Id", "same"}};
  for (const auto& [method, action, body] :
       {std::tuple{"GET", "", ""},
        {"POST", "/withdraw", "{}"},
        {"POST", "/decline", "{}"},
        {"POST", "/activate", R"({"nickname":"a","contact_email":"a@b.example","access_type":"integrations"})"}}) {
    const auto at = [&](const std::string& id) {
      return as(operator_key, method, links(&theirs) + "/" + id + action, body, same);
    };
    const ApiAnswer real = at(link.id);
    EXPECT_EQ(real.status, 404) << action;
    EXPECT_EQ(real.body, at("krq_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5").body) << action;
    EXPECT_EQ(real.body, at("nonsense").body) << action;
  }
  EXPECT_EQ(form(link).json()["status"], "open");
}

TEST_F(ApiKeyRequests, StrangersAreSlowedByTheirNetwork) {
  const Link link = make_link();
  int asked_for = 0;
  while (form(link).status == 200) ASSERT_LT(++asked_for, 1000);
  EXPECT_EQ(asked_for, 60);
  const ApiAnswer refused = submit(link, asked().dump());
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.code(), "too_many_requests");
  EXPECT_EQ(refused.field("Retry-After"), "1");
  EXPECT_EQ(as(operator_key, "GET", links()).status, 200) << "nobody else is";
  clock.advance_ms(1000);
  EXPECT_EQ(submit(link, asked().dump()).status, 200);
}

}  // namespace
}  // namespace latchkey::api
