"""AWS Secrets Manager, IAM and STS by moto's server, which checks signatures and IAM policies as AWS does.

    with Aws() as aws:
        user = aws.user(policy)                       # credentials
        aws.stages("latchkey/7/mailer")               # {"AWSCURRENT": generation, ...}
"""
import itertools
import json

import boto3
import httpx

from harness.gateways import free_ports
from harness.managers import block_of, program
from harness.process import Process
from harness.wait import eventually

REGION = "eu-central-1"
_numbers = itertools.count(1)


def _everything():
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def documented_policy():
    """The one that docs/hand-over.md tells operators to use, for all resources: moto does not know them in policies."""
    policy = json.loads(block_of("hand-over.md", "json", "secretsmanager:PutSecretValue"))
    for statement in policy["Statement"]:
        statement["Resource"] = "*"
    return policy


class Aws:
    def __init__(self):
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        # Three calls make the first user, who makes all others; from then on everybody has to be permitted.
        self.process = Process("moto", [program("moto_server"), "-H", "127.0.0.1", "-p", str(port)], env={"INITIAL_NO_AUTH_ACTION_COUNT": "3"})
        try:
            eventually(self._ready, "moto to be ready", seconds=60)
        except BaseException:
            self.process.kill()
            raise
        self.admin = {"AccessKeyId": "AKIANOBODY", "SecretAccessKey": "any"}
        self.admin = self.user(_everything())
        self.secrets = self.client("secretsmanager")

    def _ready(self):
        assert self.process.popen.poll() is None, self.process.log()
        try:
            return httpx.get(f"{self.url}/moto-api/", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stop()

    def client(self, service, credentials=None):
        by = credentials or self.admin
        return boto3.client(
            service, endpoint_url=self.url, region_name=REGION, aws_access_key_id=by["AccessKeyId"],
            aws_secret_access_key=by["SecretAccessKey"], aws_session_token=by.get("SessionToken"),
        )

    def user(self, policy):
        name, iam = f"user{next(_numbers)}", self.client("iam")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        return iam.create_access_key(UserName=name)["AccessKey"]

    def session(self, policy):
        """Temporary credentials, by a role."""
        name, iam = f"role{next(_numbers)}", self.client("iam")
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}]}
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        return self.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="latchkey")["Credentials"]

    def value(self, name, **which):
        # AWS means the current one when nothing is said; moto does not, once UpdateSecretVersionStage has moved it.
        which = which or {"VersionStage": "AWSCURRENT"}
        return json.loads(self.secrets.get_secret_value(SecretId=name, **which)["SecretString"])

    def versions(self, name):
        return self.secrets.describe_secret(SecretId=name).get("VersionIdsToStages", {})

    def stages(self, name):
        """The generation that each stage is at."""
        return {
            stage: self.value(name, VersionId=version)["generation"]
            for version, stages in self.versions(name).items() for stage in stages if stage.startswith("AWS")
        }


def credentials_text(credentials, profile="default"):
    token = f"aws_session_token = {credentials['SessionToken']}\n" if credentials.get("SessionToken") else ""
    return (
        f"[{profile}]\naws_access_key_id = {credentials['AccessKeyId']}\n"
        f"aws_secret_access_key = {credentials['SecretAccessKey']}\n{token}"
    )
