import { mount } from "./mount.tsx";
import "@mantine/notifications/styles.css";
import { Notifications } from "@mantine/notifications";
import { RouterProvider } from "react-router/dom";
import { newRouter } from "./routes.tsx";

mount(
  <>
    <Notifications position="bottom-right" limit={3} />
    <RouterProvider router={newRouter()} />
  </>,
);
