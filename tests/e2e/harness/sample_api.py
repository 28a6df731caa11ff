"""The sample upstream of the binary."""
from harness import paths
from harness.process import Process


class SampleApi:
    def __init__(self, name="sample-api"):
        self.process = Process(name, [paths.binary(), "sample-api", "--listen", "127.0.0.1:0"])
        try:
            self.url = f"http://{self.process.ready_line()['listen']}"
        except BaseException:
            self.process.kill()
            raise

    def stop(self):
        code = self.process.stop()
        assert code == 0, f"sample-api ended with {code}"
