import Link from 'next/link';
import { tickets } from '../tickets';

// Renders the page for every request.
export function getServerSideProps() {
  return { props: { tickets, currentUser: null } };
}

export default function TicketsOnSale({ tickets, currentUser }) {
  return (
    <>
      <header>
        <Link href="/">Ticketing</Link>
        <nav>
          {currentUser ? (
            <Link href="/auth/signout">Sign out</Link>
          ) : (
            <>
              <Link href="/auth/signup">Sign up</Link>
              <Link href="/auth/signin">Sign in</Link>
            </>
          )}
        </nav>
      </header>
      <main>
        <h1>Tickets</h1>
        <table>
          <thead>
            <tr>
              <th>Title</th>
              <th>Price</th>
              <th>Link</th>
            </tr>
          </thead>
          <tbody>
            {tickets.map((ticket) => (
              <tr key={ticket.id}>
                <td>{ticket.title}</td>
                <td>{ticket.price}</td>
                <td>
                  <Link href={`/tickets/${ticket.id}`}>View</Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </main>
    </>
  );
}
