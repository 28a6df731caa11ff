// /v1/tenants/{tenant}/users: the people who manage a tenant's keys.
#include "api/authorize.h"
#include "api/fields.h"
#include "api/read_body.h"
#include "api/resource_json.h"
#include "api/resources.h"
#include "lifecycle/validate.h"

namespace latchkey::api {
namespace {

Outcome list_users(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto users = context.services.store.list_users(tenant->id);
  if (!users) return std::unexpected(problem_of(users.error()));
  JsonWriter json;
  json.begin_object();
  write_page(json, *users, "", [&](const User& user) { write_user(json, user); });
  json.end_object();
  return json_response(200, json.take());
}

Mistakes meaning_of(const lifecycle::CreateUser& create) {
  Mistakes mistakes;
  lifecycle::check_email(create.email, "/email", mistakes);
  if (!create.name.empty()) lifecycle::check_name(create.name, "name", "/name", mistakes);
  if (create.password) lifecycle::check_password(*create.password, mistakes);
  return mistakes;
}

Outcome create_user(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kManagePeople);
  if (!tenant) return std::unexpected(tenant.error());
  auto document = read_object(request);
  if (!document) return std::unexpected(std::move(document.error()));
  Mistakes mistakes;
  FieldReader fields(*document, "", mistakes);
  lifecycle::CreateUser create;
  fields.require("email");
  create.email = fields.text("email").value_or("");
  create.name = fields.text("name").value_or("");
  create.password = fields.secret("password");
  if (const auto role = fields.text("role")) {
    if (const auto known = parse_role(*role)) {
      create.role = *known;
    } else {
      fields.mistake("role", "This must be \"owner\", \"admin\" or \"viewer\".");
    }
  }
  fields.finish();
  if (!mistakes.empty()) return std::unexpected(invalid_fields(combine(std::move(mistakes), meaning_of(create))));

  const auto made = context.services.people.create(tenant->id, std::move(create));
  if (!made) return std::unexpected(problem_of(made.error()));
  JsonWriter json;
  write_user(json, made->user, made->password.empty() ? nullptr : &made->password);
  return json_response(201, json.take());
}

}  // namespace

void add_user_routes(Router& router, const ApiContext& context) {
  router.add({.method = "GET", .path = "/v1/tenants/{tenant}/users", .handle = with(context, list_users)});
  router.add(
      {.method = "POST", .path = "/v1/tenants/{tenant}/users", .handle = with(context, create_user), .slow = true});
}

}  // namespace latchkey::api
