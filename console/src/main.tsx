import { mount } from "./mount.tsx";
import "@mantine/notifications/styles.css";
import { Notifications } from "@mantine/notifications";
import { RouterProvider } from "react-router/dom";
import { newRouter } from "./routes.tsx";

mount(
  <>
    {/* Where no button stands: the foot of the page has the ones that save and activate. */}
    <Notifications position="top-center" limit={3} autoClose={4000} />
    <RouterProvider router={newRouter()} />
  </>,
);
