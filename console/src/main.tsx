import { mount } from "./mount.tsx";
import "@mantine/notifications/styles.css";
import { Notifications } from "@mantine/notifications";
import { RouterProvider } from "react-router/dom";
import { newRouter } from "./routes.tsx";

mount(
  <>
    {/* Away from titles and statuses, and from the buttons that save and activate. */}
    <Notifications position="bottom-left" limit={3} autoClose={4000} />
    <RouterProvider router={newRouter()} />
  </>,
);
